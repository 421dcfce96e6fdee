-- What the program tells whom, in the application: issue C, notices.
CREATE TABLE notice (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    facts TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX notice_about ON notice (about, at);
-- A notice as one recipient got it: an account, or a unit or person that has none.
CREATE TABLE notice_copy (
    id UUID PRIMARY KEY,
    notice_id UUID NOT NULL REFERENCES notice (id),
    province_id UUID REFERENCES org_unit (id),
    unit_id UUID REFERENCES org_unit (id),
    person_id UUID REFERENCES person (id),
    account_id UUID REFERENCES account (id),
    link TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ
);
CREATE INDEX notice_copy_notice ON notice_copy (notice_id);
CREATE INDEX notice_copy_account ON notice_copy (account_id, at, id);
CREATE INDEX notice_copy_unread ON notice_copy (account_id) WHERE read_at IS NULL;
CREATE INDEX notice_copy_person ON notice_copy (person_id);
-- the officers of a unit are asked for at every notice
CREATE INDEX account_role_commune ON account_role (commune_id);
