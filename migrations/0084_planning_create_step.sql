-- The way of a year's plan through the bodies: the school submits, the Department of Home Affairs and the Organisation Committee agree or send
-- back, the Standing Committee approves. A plan never changes, so what was submitted is what is approved.
CREATE TABLE plan_year_step (
    plan_id UUID NOT NULL REFERENCES plan (id),
    year BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    step TEXT NOT NULL,
    body TEXT NOT NULL,
    note TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (plan_id, year, seq)
);
