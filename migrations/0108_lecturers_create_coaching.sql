-- What the leadership of the school noted on a lecturer's teaching, and what the lecturer says to it: issue C, coaching notes.
CREATE TABLE coaching_note (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    observed_on DATE NOT NULL,
    observed TEXT NOT NULL,
    strengths TEXT NOT NULL,
    improve TEXT NOT NULL,
    until_on DATE,
    done_on DATE,
    edition BIGINT NOT NULL CHECK (edition >= 1),
    noted_by TEXT NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    answered_at TIMESTAMPTZ,
    CHECK (strengths <> '' OR improve <> ''),
    CHECK (until_on IS NULL OR until_on >= observed_on),
    CHECK (done_on IS NULL OR done_on >= observed_on)
);
CREATE INDEX coaching_note_account ON coaching_note (account_id, observed_on);
