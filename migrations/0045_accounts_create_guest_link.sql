-- A visiting lecturer comes in by a personal link instead of a password: issue B, accounts.
CREATE TABLE guest_link (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    token_hash TEXT NOT NULL UNIQUE,
    valid_to DATE NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX guest_link_account ON guest_link (account_id, made_at);
-- the link that opened a session: the session ends with it
ALTER TABLE session ADD COLUMN guest_link_id UUID REFERENCES guest_link (id);
