-- An approved year is adjusted by a new decision: a scenario plans it anew, goes the way of a year, and when it is approved takes the place of
-- the version before it, which stays readable. What was called by then stays as it was: its classes are carried over, with their people.
ALTER TABLE plan_class ADD COLUMN carried_from UUID REFERENCES plan_class (id);
ALTER TABLE plan_year_approval ADD COLUMN replaced_by UUID REFERENCES plan (id);
-- The plan in effect: for each year the classes of the plan that was approved for it last, else of the plan adopted last.
DROP VIEW v_planning_class;
CREATE VIEW v_planning_class AS
SELECT p.scheme_id, c.id AS plan_class_id, c.plan_id, c.seq, c.year, c.monday, c.programme_id, y.decision_number
FROM plan_class c
JOIN plan p ON p.id = c.plan_id
LEFT JOIN plan_year_approval y ON y.plan_id = c.plan_id AND y.year = c.year AND y.replaced_by IS NULL
WHERE y.year IS NOT NULL
   OR (p.adopted_number = (SELECT MAX(q.adopted_number) FROM plan q WHERE q.scheme_id = p.scheme_id)
       AND NOT EXISTS (SELECT 1 FROM plan_year_approval z JOIN plan q ON q.id = z.plan_id
                       WHERE q.scheme_id = p.scheme_id AND z.year = c.year));
