-- Nominations: people ask for a seat themselves, units say by which decision they send, seats that a commune leaves unused go on to the
-- next one, and nobody is on the lists of two classes at once whoever writes at the same moment.
DROP VIEW v_classes_trained;
DROP VIEW v_classes_learner;
DROP INDEX nomination_once;
DROP INDEX nomination_class;
DROP INDEX nomination_person;
ALTER TABLE nomination ADD COLUMN life TEXT NOT NULL DEFAULT 'withdrawn'
    CHECK (life IN ('asked', 'proposed', 'waiting', 'accepted', 'refused', 'withdrawn', 'replaced', 'completed', 'not_completed'));
UPDATE nomination SET life = state;
ALTER TABLE nomination DROP COLUMN state;
ALTER TABLE nomination RENAME COLUMN life TO state;
ALTER TABLE nomination ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE nomination ADD COLUMN decided_on DATE;
-- A person stands on the list of a class once; who left it may come back with a row of its own.
CREATE UNIQUE INDEX nomination_once ON nomination (class_id, person_id)
    WHERE state IN ('asked', 'proposed', 'waiting', 'accepted', 'completed', 'not_completed');
-- On the list of one class at a time: the last word when two classes are written at the same moment.
CREATE UNIQUE INDEX nomination_person_once ON nomination (person_id) WHERE state IN ('proposed', 'waiting', 'accepted');
CREATE INDEX nomination_class ON nomination (class_id, state, commune_id);
CREATE INDEX nomination_person ON nomination (person_id, state);
CREATE VIEW v_classes_learner AS
SELECT n.class_id, n.id AS nomination_id, n.person_id, n.commune_id, n.office_id, n.state AS outcome, c.scheme_id, c.year, c.number,
       c.starts_on, c.ends_on, c.state AS class_state, c.programme_version_id
FROM nomination n JOIN class c ON c.id = n.class_id
WHERE n.state IN ('accepted', 'completed', 'not_completed') AND c.state <> 'cancelled';
CREATE VIEW v_classes_trained AS
SELECT c.scheme_id, n.person_id, c.ends_on AS trained_on
FROM nomination n JOIN class c ON c.id = n.class_id
WHERE n.state = 'completed'
  AND NOT EXISTS (SELECT 1 FROM nomination m JOIN class d ON d.id = m.class_id
                  WHERE m.person_id = n.person_id AND m.state = 'completed' AND d.scheme_id = c.scheme_id
                    AND (d.ends_on < c.ends_on OR (d.ends_on = c.ends_on AND m.id < n.id)));
-- Facts: seats of a quota that went from one commune to another, and why.
CREATE TABLE seat_transfer (
    class_id UUID NOT NULL REFERENCES class (id),
    seq BIGINT NOT NULL,
    from_commune_id UUID NOT NULL REFERENCES org_unit (id),
    to_commune_id UUID NOT NULL REFERENCES org_unit (id),
    seats BIGINT NOT NULL CHECK (seats > 0),
    reason TEXT NOT NULL CHECK (reason IN ('waiting', 'planned')),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (class_id, seq)
);
-- Facts: what the program told a commune about a class, in the application.
CREATE TABLE class_notice (
    class_id UUID NOT NULL REFERENCES class (id),
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reminder', 'received', 'passed_on')),
    seats BIGINT NOT NULL,
    until_day DATE NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (class_id, commune_id, seq)
);
-- Settings of schemes that are there already; a new scheme brings its own.
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source)
SELECT scheme_id, 'remind_days_before', '3', 'ngày', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'transfer_days', '3', 'ngày', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'substitute_until_day', '2', 'ngày', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'sending_decision_needed', '1', '', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days';
