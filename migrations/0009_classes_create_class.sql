-- Classes, quotas, nominations and half-days: issue A, class. Seats are counted from states, never stored.
CREATE TABLE venue (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    name TEXT NOT NULL,
    seats BIGINT NOT NULL CHECK (seats > 0),
    UNIQUE (scheme_id, name)
);
CREATE TABLE class (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    programme_version_id UUID NOT NULL REFERENCES programme_version (id),
    plan_class_id UUID REFERENCES plan_class (id),
    audience_code TEXT NOT NULL,
    venue_id UUID NOT NULL REFERENCES venue (id),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    nominate_by DATE NOT NULL,
    seat_limit BIGINT NOT NULL CHECK (seat_limit > 0),
    head_account_id UUID REFERENCES account (id),
    state TEXT NOT NULL CHECK (state IN ('nominating', 'opened', 'running', 'marking', 'completed', 'cancelled')),
    turn BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (scheme_id, year, number),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX class_starts ON class (scheme_id, starts_on);
CREATE UNIQUE INDEX class_plan_class ON class (plan_class_id) WHERE state <> 'cancelled';
-- The last class number allotted in a year; the row is the lock under which the next one is taken.
CREATE TABLE class_number (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    year BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (scheme_id, year)
);
-- Facts: every move of a class with who, when, why.
CREATE TABLE class_move (
    class_id UUID NOT NULL REFERENCES class (id),
    seq BIGINT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (class_id, seq)
);
CREATE TABLE class_quota (
    class_id UUID NOT NULL REFERENCES class (id),
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    seats BIGINT NOT NULL CHECK (seats >= 0),
    PRIMARY KEY (class_id, commune_id)
);
CREATE TABLE nomination (
    id UUID PRIMARY KEY,
    class_id UUID NOT NULL REFERENCES class (id),
    person_id UUID NOT NULL REFERENCES person (id),
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    office_id UUID,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'waiting', 'accepted', 'refused', 'withdrawn', 'replaced', 'completed', 'not_completed')),
    waiting_since TIMESTAMPTZ,
    note TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
-- A person stands on the list of a class once; who left it may come back with a row of its own.
CREATE UNIQUE INDEX nomination_once ON nomination (class_id, person_id)
    WHERE state IN ('proposed', 'waiting', 'accepted', 'completed', 'not_completed');
CREATE INDEX nomination_class ON nomination (class_id, state, commune_id);
CREATE INDEX nomination_person ON nomination (person_id, state);
CREATE TABLE nomination_move (
    nomination_id UUID NOT NULL REFERENCES nomination (id),
    seq BIGINT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (nomination_id, seq)
);
CREATE TABLE half_day (
    id UUID PRIMARY KEY,
    class_id UUID NOT NULL REFERENCES class (id),
    seq BIGINT NOT NULL,
    held_on DATE NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('sang', 'chieu')),
    topics TEXT NOT NULL,
    periods BIGINT NOT NULL,
    UNIQUE (class_id, seq)
);
-- The class list: who holds a seat of a class that is not cancelled, and what became of it.
CREATE VIEW v_classes_learner AS
SELECT n.class_id, n.id AS nomination_id, n.person_id, n.commune_id, n.office_id, n.state AS outcome, c.scheme_id, c.year, c.number,
       c.starts_on, c.ends_on, c.state AS class_state, c.programme_version_id
FROM nomination n JOIN class c ON c.id = n.class_id
WHERE n.state IN ('accepted', 'completed', 'not_completed') AND c.state <> 'cancelled';
-- Distinct people trained, by the last day of the first class that each completed.
CREATE VIEW v_classes_trained AS
SELECT c.scheme_id, n.person_id, c.ends_on AS trained_on
FROM nomination n JOIN class c ON c.id = n.class_id
WHERE n.state = 'completed'
  AND NOT EXISTS (SELECT 1 FROM nomination m JOIN class d ON d.id = m.class_id
                  WHERE m.person_id = n.person_id AND m.state = 'completed' AND d.scheme_id = c.scheme_id
                    AND (d.ends_on < c.ends_on OR (d.ends_on = c.ends_on AND m.id < n.id)));
