-- Who has answered, and apart from it what was answered to an anonymous questionnaire: no column joins the two, no time, and
-- no order (docs/adr/0018).
CREATE TABLE survey_reply (
    survey_id UUID NOT NULL REFERENCES survey_sending (survey_id),
    person_id UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (survey_id, person_id)
) WITHOUT ROWID;
CREATE TABLE survey_ballot (
    id UUID PRIMARY KEY,
    survey_id UUID NOT NULL REFERENCES survey_sending (survey_id),
    content TEXT NOT NULL,
    is_hasty BOOLEAN NOT NULL,
    is_mixed BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX survey_ballot_survey ON survey_ballot (survey_id, is_mixed);
