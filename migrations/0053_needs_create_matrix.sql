-- Job positions, competences and topics: issue B, needs. Posts and topics are named by their codes, so that the matrix outlives
-- versions of programmes.
CREATE TABLE competence (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('politics', 'defence', 'management', 'position', 'digital')),
    source TEXT NOT NULL,
    place BIGINT NOT NULL,
    is_closed BOOLEAN NOT NULL,
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT,
    changed_at TIMESTAMPTZ,
    UNIQUE (scheme_id, code)
);
CREATE TABLE competence_post (
    competence_id UUID NOT NULL REFERENCES competence (id),
    position_code TEXT NOT NULL,
    level BIGINT NOT NULL CHECK (level >= 1),
    PRIMARY KEY (competence_id, position_code)
);
CREATE TABLE competence_topic (
    competence_id UUID NOT NULL REFERENCES competence (id),
    programme_code TEXT NOT NULL,
    topic_code TEXT NOT NULL,
    level BIGINT NOT NULL CHECK (level >= 1),
    PRIMARY KEY (competence_id, programme_code, topic_code)
);
-- Facts: how somebody was rated, by themselves or by a superior, and when; the newest of each counts.
CREATE TABLE competence_rating (
    person_id UUID NOT NULL REFERENCES person (id),
    competence_id UUID NOT NULL REFERENCES competence (id),
    kind TEXT NOT NULL CHECK (kind IN ('self', 'superior')),
    seq BIGINT NOT NULL,
    level BIGINT NOT NULL CHECK (level >= 0),
    rated_on DATE NOT NULL,
    rated_by TEXT NOT NULL,
    PRIMARY KEY (person_id, competence_id, kind, seq)
);
CREATE VIEW v_needs_rating AS
SELECT r.person_id, r.competence_id, r.kind, r.level, r.rated_on, r.rated_by FROM competence_rating r
WHERE r.seq = (SELECT MAX(x.seq) FROM competence_rating x
               WHERE x.person_id = r.person_id AND x.competence_id = r.competence_id AND x.kind = r.kind);
-- Settings of schemes that are there already; a new scheme brings its own.
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source)
SELECT scheme_id, 'needs_scale_most', '5', 'mức', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'survey_group_least', '5', 'phiếu', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'survey_seconds_per_question', '3', 'giây', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days';
