-- Lesson plans and materials with their versions, reviews and topics: issue B, lesson plans and materials.
CREATE TABLE material (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('lesson_plan', 'slides', 'reading', 'exercise', 'recording', 'other')),
    source TEXT NOT NULL,
    licence TEXT NOT NULL CHECK (licence IN ('own', 'public', 'permitted', 'quoted')),
    author_id UUID NOT NULL REFERENCES account (id),
    author_name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT,
    changed_at TIMESTAMPTZ
);
CREATE INDEX material_scheme ON material (scheme_id, created_at);
CREATE TABLE material_version (
    material_id UUID NOT NULL REFERENCES material (id),
    number BIGINT NOT NULL CHECK (number > 0),
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT REFERENCES stored_file (sha256),
    size BIGINT NOT NULL,
    address TEXT,
    note TEXT NOT NULL,
    by_id UUID NOT NULL REFERENCES account (id),
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (material_id, number),
    CHECK ((format = 'link') = (address IS NOT NULL)),
    CHECK ((format = 'link') = (sha256 IS NULL))
);
CREATE INDEX material_version_sha256 ON material_version (sha256);
-- Facts: what the reader of texts found in a file. One row for each file, whoever uses it.
CREATE TABLE material_text (
    sha256 TEXT PRIMARY KEY REFERENCES stored_file (sha256),
    outcome TEXT NOT NULL CHECK (outcome IN ('read', 'empty', 'too_large', 'too_slow', 'broken')),
    body TEXT NOT NULL,
    read_at TIMESTAMPTZ NOT NULL
);
-- What a material is found by: its newest version alone.
CREATE TABLE material_find (
    material_id UUID PRIMARY KEY REFERENCES material (id),
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    head_key TEXT NOT NULL,
    words_key TEXT NOT NULL,
    body_key TEXT NOT NULL
);
CREATE INDEX material_find_scheme ON material_find (scheme_id);
-- Facts: what colleagues said of a version, and whether they approved it.
CREATE TABLE material_review (
    id UUID PRIMARY KEY,
    material_id UUID NOT NULL,
    number BIGINT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('comment', 'approved', 'returned')),
    body TEXT NOT NULL,
    by_id UUID NOT NULL REFERENCES account (id),
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (material_id, number) REFERENCES material_version (material_id, number)
);
CREATE INDEX material_review_version ON material_review (material_id, number, at);
-- Which topics a material serves; a topic keeps its code through the versions of its programme.
CREATE TABLE material_topic (
    material_id UUID NOT NULL REFERENCES material (id),
    programme_id UUID NOT NULL REFERENCES programme (id),
    topic_code TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (material_id, programme_id, topic_code)
);
CREATE INDEX material_topic_topic ON material_topic (programme_id, topic_code);
