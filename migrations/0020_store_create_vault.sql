-- A text sealed with the key of this installation: another key is noticed at the start and not when something is read (ADR 0019).
CREATE TABLE vault_proof (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    sealed BYTEA NOT NULL
);
