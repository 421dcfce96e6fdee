-- A class is called before communes see it and filed after its results: the states of its whole life. The column is made anew,
-- because neither engine's spelling of a changed CHECK means anything on the other. Views and indexes that name it stand again below.
DROP VIEW v_classes_trained;
DROP VIEW v_classes_learner;
DROP INDEX class_plan_class;
ALTER TABLE class ADD COLUMN life TEXT NOT NULL DEFAULT 'called'
    CHECK (life IN ('called', 'nominating', 'opened', 'running', 'marking', 'completed', 'filed', 'cancelled'));
UPDATE class SET life = state;
ALTER TABLE class DROP COLUMN state;
ALTER TABLE class RENAME COLUMN life TO state;
CREATE UNIQUE INDEX class_plan_class ON class (plan_class_id) WHERE state <> 'cancelled';
-- The edition that a form of seats, quotas and deadline was made from.
ALTER TABLE class ADD COLUMN edition BIGINT NOT NULL DEFAULT 1;
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
