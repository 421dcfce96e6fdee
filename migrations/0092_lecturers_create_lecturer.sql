-- Lecturers: contract, load, wishes; when they are away; what they were offered and said. Issue C, lecturers.
CREATE TABLE lecturer (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    contract TEXT NOT NULL CHECK (contract IN ('school', 'visiting', 'concurrent')),
    periods_most BIGINT CHECK (periods_most >= 0),
    prefers TEXT NOT NULL CHECK (prefers IN ('', 'sang', 'chieu')),
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE lecturer_absence (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    from_on DATE NOT NULL,
    from_part TEXT NOT NULL CHECK (from_part IN ('sang', 'chieu')),
    to_on DATE NOT NULL,
    to_part TEXT NOT NULL CHECK (to_part IN ('sang', 'chieu')),
    reason TEXT NOT NULL,
    noted_by TEXT NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL,
    withdrawn_by TEXT,
    withdrawn_at TIMESTAMPTZ,
    CHECK (to_on >= from_on)
);
CREATE INDEX lecturer_absence_account ON lecturer_absence (account_id, to_on);
CREATE TABLE lecturer_offer (
    id UUID PRIMARY KEY,
    class_id UUID NOT NULL REFERENCES class (id),
    account_id UUID NOT NULL REFERENCES account (id),
    offered_by TEXT NOT NULL,
    offered_at TIMESTAMPTZ NOT NULL,
    answer TEXT CHECK (answer IN ('accepted', 'declined')),
    reason TEXT NOT NULL,
    answered_at TIMESTAMPTZ
);
CREATE INDEX lecturer_offer_class ON lecturer_offer (class_id, account_id);
CREATE INDEX lecturer_offer_account ON lecturer_offer (account_id);
