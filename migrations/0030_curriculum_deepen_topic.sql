-- What a topic needs beside its title (materials, assessment, lecturers, documents, posts), objectives of a version, and who wrote it:
-- issue B, curriculum.
ALTER TABLE topic ADD COLUMN assessment TEXT NOT NULL DEFAULT '';
ALTER TABLE topic ADD COLUMN materials TEXT NOT NULL DEFAULT '';
CREATE TABLE topic_lecturer (
    topic_id UUID NOT NULL REFERENCES topic (id),
    account_id UUID NOT NULL REFERENCES account (id),
    PRIMARY KEY (topic_id, account_id)
);
CREATE INDEX topic_lecturer_account ON topic_lecturer (account_id);
CREATE TABLE topic_legal (
    topic_id UUID NOT NULL REFERENCES topic (id),
    document_place BIGINT NOT NULL REFERENCES legal_document (place),
    PRIMARY KEY (topic_id, document_place)
);
CREATE INDEX topic_legal_document ON topic_legal (document_place);
CREATE TABLE topic_position (
    topic_id UUID NOT NULL REFERENCES topic (id),
    position_id UUID NOT NULL REFERENCES position (id),
    PRIMARY KEY (topic_id, position_id)
);
CREATE INDEX topic_position_position ON topic_position (position_id);
CREATE TABLE objective (
    id UUID PRIMARY KEY,
    version_id UUID NOT NULL REFERENCES programme_version (id),
    seq BIGINT NOT NULL,
    audience_code TEXT,
    text TEXT NOT NULL,
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT,
    changed_at TIMESTAMPTZ,
    UNIQUE (version_id, seq)
);
-- Facts: who wrote a version. Nobody appraises what they wrote.
CREATE TABLE version_author (
    version_id UUID NOT NULL REFERENCES programme_version (id),
    account_id UUID NOT NULL REFERENCES account (id),
    since TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (version_id, account_id)
);
