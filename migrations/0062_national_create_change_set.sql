-- What each class tells the national database of cadres: one change set a class, frozen when it is emitted (issue B, row 45).
CREATE TABLE change_set (
    class_id UUID PRIMARY KEY REFERENCES class (id),
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    format TEXT NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    people BIGINT NOT NULL,
    emitted_by TEXT NOT NULL,
    emitted_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX change_set_emitted ON change_set (scheme_id, emitted_at);
