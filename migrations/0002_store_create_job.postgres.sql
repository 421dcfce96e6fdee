-- Work after a commit; PostgreSQL numbers rows by an identity column.
CREATE TABLE job (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    dedup_key TEXT UNIQUE,
    due_at TIMESTAMPTZ NOT NULL,
    tries BIGINT NOT NULL,
    last_error TEXT,
    given_up TIMESTAMPTZ
);
CREATE INDEX job_due ON job (due_at) WHERE given_up IS NULL;
