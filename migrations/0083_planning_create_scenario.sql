-- Plans beside the one in effect: each change of the plan room is a plan of its own, compared, then adopted or left.
ALTER TABLE plan ADD COLUMN name TEXT;
ALTER TABLE plan ADD COLUMN base_plan_id UUID REFERENCES plan (id);
ALTER TABLE plan ADD COLUMN standing_plan_id UUID REFERENCES plan (id);
ALTER TABLE plan ADD COLUMN wishes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE plan ADD COLUMN figures TEXT NOT NULL DEFAULT '{}';
ALTER TABLE plan DROP COLUMN score_millionths;
ALTER TABLE plan ADD COLUMN adopted_number BIGINT;
ALTER TABLE plan ADD COLUMN adopted_at TIMESTAMPTZ;
ALTER TABLE plan ADD COLUMN adopted_by TEXT;
ALTER TABLE plan ADD COLUMN replaced_by UUID REFERENCES plan (id);
ALTER TABLE plan ADD COLUMN removed_at TIMESTAMPTZ;
UPDATE plan SET adopted_number = number, adopted_at = created_at, adopted_by = created_by;
CREATE UNIQUE INDEX plan_adopted ON plan (scheme_id, adopted_number);
-- The plan in effect: for each year the classes of the plan that was approved for it, else of the plan adopted last. A year is
-- approved once in a scheme.
DROP VIEW v_planning_class;
CREATE VIEW v_planning_class AS
SELECT p.scheme_id, c.id AS plan_class_id, c.plan_id, c.seq, c.year, c.monday, c.programme_id, y.decision_number
FROM plan_class c
JOIN plan p ON p.id = c.plan_id
LEFT JOIN plan_year_approval y ON y.plan_id = c.plan_id AND y.year = c.year
WHERE y.year IS NOT NULL
   OR (p.adopted_number = (SELECT MAX(q.adopted_number) FROM plan q WHERE q.scheme_id = p.scheme_id)
       AND NOT EXISTS (SELECT 1 FROM plan_year_approval z JOIN plan q ON q.id = z.plan_id
                       WHERE q.scheme_id = p.scheme_id AND z.year = c.year));
