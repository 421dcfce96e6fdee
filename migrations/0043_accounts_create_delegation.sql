-- An officer on leave names a deputy of the same unit, who acts with the officer's rights between two days: issue B, accounts.
CREATE TABLE delegation (
    id UUID PRIMARY KEY,
    from_account_id UUID NOT NULL REFERENCES account (id),
    to_account_id UUID NOT NULL REFERENCES account (id),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    CHECK (ends_on >= starts_on),
    CHECK (from_account_id <> to_account_id)
);
CREATE INDEX delegation_from ON delegation (from_account_id, ends_on);
CREATE INDEX delegation_to ON delegation (to_account_id, ends_on);
-- the delegation under which a session acts at present
ALTER TABLE session ADD COLUMN delegation_id UUID REFERENCES delegation (id);
