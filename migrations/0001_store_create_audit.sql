-- The hash chain of every change, and its head: issue A, step 10.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
CREATE TABLE audit_record (
    seq BIGINT PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    account_id UUID,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    hash BYTEA NOT NULL
);
CREATE INDEX audit_record_subject ON audit_record (subject, seq);
