-- The five-year coverage plan: issue A, plan. A plan is written once; a newer one replaces it, it is never edited.
CREATE TABLE plan (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    number BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by TEXT NOT NULL,
    people BIGINT NOT NULL,
    reachable BIGINT NOT NULL,
    trained BIGINT NOT NULL,
    score_millionths BIGINT NOT NULL,
    seconds_thousandths BIGINT NOT NULL,
    UNIQUE (scheme_id, number)
);
CREATE TABLE plan_class (
    id UUID PRIMARY KEY,
    plan_id UUID NOT NULL REFERENCES plan (id),
    seq BIGINT NOT NULL,
    year BIGINT NOT NULL,
    monday DATE NOT NULL,
    programme_id UUID NOT NULL REFERENCES programme (id),
    UNIQUE (plan_id, seq)
);
CREATE INDEX plan_class_year ON plan_class (plan_id, year);
CREATE TABLE plan_seat (
    plan_class_id UUID NOT NULL REFERENCES plan_class (id),
    person_id UUID NOT NULL REFERENCES person (id),
    place BIGINT NOT NULL,
    PRIMARY KEY (plan_class_id, person_id)
);
CREATE INDEX plan_seat_person ON plan_seat (person_id);
CREATE TABLE plan_year_approval (
    plan_id UUID NOT NULL REFERENCES plan (id),
    year BIGINT NOT NULL,
    decision_number TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (plan_id, year)
);
-- The plan in effect: for each year the classes of the plan that was approved for it, else of the newest plan. A year is
-- approved once in a scheme.
CREATE VIEW v_planning_class AS
SELECT p.scheme_id, c.id AS plan_class_id, c.plan_id, c.seq, c.year, c.monday, c.programme_id, y.decision_number
FROM plan_class c
JOIN plan p ON p.id = c.plan_id
LEFT JOIN plan_year_approval y ON y.plan_id = c.plan_id AND y.year = c.year
WHERE y.year IS NOT NULL
   OR (p.number = (SELECT MAX(q.number) FROM plan q WHERE q.scheme_id = p.scheme_id)
       AND NOT EXISTS (SELECT 1 FROM plan_year_approval z JOIN plan q ON q.id = z.plan_id
                       WHERE q.scheme_id = p.scheme_id AND z.year = c.year));
