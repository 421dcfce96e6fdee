-- Questionnaires of the school: issue B, needs. A questionnaire changes until it is sent, and never after that.
CREATE TABLE survey (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    title TEXT NOT NULL,
    intro TEXT NOT NULL,
    is_anonymous BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT,
    changed_at TIMESTAMPTZ
);
CREATE INDEX survey_scheme ON survey (scheme_id, created_at);
-- Fact: to whom it was sent, and when it may be answered. A filter that is absent leaves everybody in.
CREATE TABLE survey_sending (
    survey_id UUID PRIMARY KEY REFERENCES survey (id),
    commune_id UUID REFERENCES org_unit (id),
    bloc TEXT,
    level TEXT,
    position_code TEXT,
    audience_code TEXT,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    sent_by TEXT NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL,
    CHECK (closes_on >= opens_on)
);
CREATE TABLE survey_item (
    id UUID PRIMARY KEY,
    survey_id UUID NOT NULL REFERENCES survey (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('section', 'scale', 'one', 'several', 'text', 'competences')),
    text TEXT NOT NULL,
    is_required BOOLEAN NOT NULL,
    choices TEXT NOT NULL,
    most BIGINT NOT NULL,
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT,
    changed_at TIMESTAMPTZ,
    UNIQUE (survey_id, seq)
);
-- An answer with its author. Answers to anonymous questionnaires are ballots.
CREATE TABLE survey_answer (
    id UUID PRIMARY KEY,
    survey_id UUID NOT NULL REFERENCES survey_sending (survey_id),
    person_id UUID NOT NULL REFERENCES person (id),
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    content TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    is_hasty BOOLEAN NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    UNIQUE (survey_id, person_id)
);
