-- The minimal cadre record: issue B, record. What is sensitive lies beside the list and is read knowingly.
ALTER TABLE person DROP COLUMN phone;
ALTER TABLE person DROP COLUMN email;
ALTER TABLE person DROP COLUMN note;
ALTER TABLE person ADD COLUMN merged_into UUID REFERENCES person (id);
CREATE TABLE person_record (
    person_id UUID PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    province_id UUID NOT NULL REFERENCES org_unit (id),
    identity_sealed BYTEA,
    identity_mark TEXT,
    rank TEXT CHECK (rank IN ('cvcc', 'cvc', 'cv', 'can_su', 'nhan_vien')),
    languages TEXT NOT NULL DEFAULT '',
    it_skill TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    party_joined_on DATE,
    party_official_on DATE,
    child_born_on DATE,
    CHECK ((identity_sealed IS NULL) = (identity_mark IS NULL)),
    UNIQUE (province_id, identity_mark)
);
-- Facts: which value of which field became another, when, by whom, from which source. The first values are not repeated here.
CREATE TABLE person_change (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    since DATE NOT NULL,
    source TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX person_change_person ON person_change (person_id, at, id);
CREATE INDEX person_change_since ON person_change (since, person_id);
-- Posts say how they began and why they ended.
ALTER TABLE assignment ADD COLUMN kind TEXT NOT NULL DEFAULT 'regular' CHECK (kind IN ('regular', 'seconded'));
ALTER TABLE assignment ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE assignment ADD COLUMN ended_because TEXT CHECK (ended_because IN ('moved', 'seconded', 'returned', 'retired', 'resigned', 'dismissed', 'died', 'left'));
-- Two records that somebody has compared and found to be two people, smaller id first.
CREATE TABLE person_distinct (
    one_id UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    other_id UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (one_id, other_id)
);
CREATE INDEX person_distinct_other ON person_distinct (other_id);
DROP VIEW v_registry_assignment;
CREATE VIEW v_registry_assignment AS
SELECT a.person_id, a.id AS assignment_id, o.title AS position_title, k.name AS office, u.name AS commune, c.kind AS commune_kind,
       a.valid_from, a.valid_to, a.kind, a.decision, a.ended_because
FROM assignment a
JOIN position o ON o.id = a.position_id
JOIN org_unit u ON u.id = a.commune_id
JOIN commune c ON c.unit_id = a.commune_id
LEFT JOIN office f ON f.unit_id = a.office_id
LEFT JOIN office_kind k ON k.code = f.kind_code;
