-- The words of a kind of notice in a province, as an administrator wrote them: issue C, templates. Each saving is a row of its own, so that
-- what was told keeps the words in which it was told; a row without words is the return to the built-in text.
CREATE TABLE notice_wording (
    id UUID PRIMARY KEY,
    province_id UUID NOT NULL REFERENCES org_unit (id),
    kind TEXT NOT NULL,
    edition BIGINT NOT NULL CHECK (edition >= 1),
    subject TEXT,
    body TEXT,
    written_by TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    UNIQUE (province_id, kind, edition),
    CHECK ((subject IS NULL) = (body IS NULL))
);
ALTER TABLE notice_copy ADD COLUMN wording_id UUID REFERENCES notice_wording (id);
