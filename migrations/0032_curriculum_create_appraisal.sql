-- The appraisal room: who is asked, what they say of which passage, what the school answers, how they vote. All of it is facts that are
-- appended: issue B, curriculum.
CREATE TABLE appraisal (
    id UUID PRIMARY KEY,
    version_id UUID NOT NULL REFERENCES programme_version (id),
    number BIGINT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    opened_by TEXT NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_by TEXT,
    UNIQUE (version_id, number)
);
CREATE TABLE appraisal_member (
    appraisal_id UUID NOT NULL REFERENCES appraisal (id),
    account_id UUID NOT NULL REFERENCES account (id),
    seq BIGINT NOT NULL,
    body TEXT NOT NULL,
    due_on DATE NOT NULL,
    invited_at TIMESTAMPTZ NOT NULL,
    invited_by TEXT NOT NULL,
    PRIMARY KEY (appraisal_id, account_id),
    UNIQUE (appraisal_id, seq)
);
CREATE INDEX appraisal_member_account ON appraisal_member (account_id);
CREATE TABLE appraisal_opinion (
    id UUID PRIMARY KEY,
    appraisal_id UUID NOT NULL REFERENCES appraisal (id),
    seq BIGINT NOT NULL,
    account_id UUID NOT NULL REFERENCES account (id),
    passage_kind TEXT NOT NULL CHECK (passage_kind IN ('whole', 'objective', 'topic')),
    passage_number BIGINT NOT NULL,
    passage_text TEXT NOT NULL,
    text TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (appraisal_id, seq)
);
CREATE TABLE appraisal_answer (
    opinion_id UUID NOT NULL REFERENCES appraisal_opinion (id),
    seq BIGINT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'explained')),
    text TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (opinion_id, seq)
);
CREATE TABLE appraisal_vote (
    appraisal_id UUID NOT NULL REFERENCES appraisal (id),
    account_id UUID NOT NULL REFERENCES account (id),
    seq BIGINT NOT NULL,
    vote TEXT NOT NULL CHECK (vote IN ('agree', 'agree_with_changes', 'disagree')),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (appraisal_id, account_id, seq)
);
