-- Files beside the database: issue B, lesson plans and materials. Their bytes lie on a disk or in a bucket (ADR 0015).
CREATE TABLE stored_file (
    sha256 TEXT PRIMARY KEY,
    size BIGINT NOT NULL CHECK (size > 0),
    stored_at TIMESTAMPTZ NOT NULL
);
-- A file on its way: how much of it is here is told to whoever goes on with it after the line broke.
CREATE TABLE upload (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    file_name TEXT NOT NULL,
    size BIGINT,
    received BIGINT NOT NULL CHECK (received >= 0),
    touched_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX upload_touched ON upload (touched_at);
CREATE TABLE upload_piece (
    upload_id UUID NOT NULL REFERENCES upload (id),
    start BIGINT NOT NULL CHECK (start >= 0),
    length BIGINT NOT NULL CHECK (length > 0),
    object TEXT NOT NULL,
    PRIMARY KEY (upload_id, start)
);
