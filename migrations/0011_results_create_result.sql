-- Essay marks (appended), results and their decision: issue A, result.
CREATE TABLE essay_score (
    class_id UUID NOT NULL REFERENCES class (id),
    person_id UUID NOT NULL REFERENCES person (id),
    seq BIGINT NOT NULL,
    hundredths BIGINT NOT NULL CHECK (hundredths BETWEEN 0 AND 1000),
    given_by TEXT NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (class_id, person_id, seq)
);
CREATE VIEW v_results_score AS
SELECT s.class_id, s.person_id, s.hundredths, s.given_by, s.given_at FROM essay_score s
WHERE s.seq = (SELECT MAX(x.seq) FROM essay_score x WHERE x.class_id = s.class_id AND x.person_id = s.person_id);
CREATE TABLE result_decision (
    class_id UUID PRIMARY KEY REFERENCES class (id),
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    year BIGINT NOT NULL,
    number TEXT NOT NULL,
    signed_on DATE NOT NULL,
    signed_by TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    paper BYTEA NOT NULL,
    sha256 TEXT NOT NULL,
    -- numbers of papers start again each year and are given once
    UNIQUE (scheme_id, year, number)
);
-- What the decision says of each learner; frozen.
CREATE TABLE result (
    class_id UUID NOT NULL REFERENCES result_decision (class_id),
    person_id UUID NOT NULL REFERENCES person (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('completed', 'not_completed')),
    hundredths BIGINT,
    band TEXT NOT NULL,
    periods_attended BIGINT NOT NULL,
    periods_total BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (class_id, person_id)
);
CREATE INDEX result_person ON result (person_id, outcome);
-- What reports read of results.
CREATE VIEW v_results_result AS
SELECT r.class_id, r.person_id, r.outcome, r.hundredths, r.band, r.periods_attended, r.periods_total, r.reasons,
       d.number AS decision_number, d.signed_on
FROM result r JOIN result_decision d ON d.class_id = r.class_id;
