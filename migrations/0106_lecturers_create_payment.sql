-- Where the fee of a lecturer goes, sealed: issue C, payment data. What was taken out again leaves its edition.
CREATE TABLE lecturer_payment (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    sealed BYTEA,
    edition BIGINT NOT NULL CHECK (edition >= 1),
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
