-- Fact: a questionnaire that was sent is taken back, by whom, when and why: issue B, needs. What was answered before stays.
CREATE TABLE survey_withdrawal (
    survey_id UUID PRIMARY KEY REFERENCES survey_sending (survey_id),
    reason TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at TIMESTAMPTZ NOT NULL
);
