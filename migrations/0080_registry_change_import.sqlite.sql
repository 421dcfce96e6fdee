-- Rows of a roster whose person is not certain wait for somebody's choice, and a field keeps the value of the better source: issue B, import.
ALTER TABLE import_batch ADD COLUMN rows_doubtful BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_row RENAME TO import_row_before;
CREATE TABLE import_row (
    batch_id UUID NOT NULL REFERENCES import_batch (id),
    row_number BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('new', 'changed', 'unchanged', 'doubtful', 'faulty', 'skipped')),
    person_id UUID,
    shown_name TEXT NOT NULL,
    before TEXT,
    after TEXT,
    problems TEXT NOT NULL,
    candidates TEXT NOT NULL DEFAULT '',
    kept TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (batch_id, row_number)
);
INSERT INTO import_row (batch_id, row_number, kind, person_id, shown_name, before, after, problems)
SELECT batch_id, row_number, kind, person_id, shown_name, before, after, problems FROM import_row_before;
DROP TABLE import_row_before;
-- Which source said the first values of a record; empty where nobody noted it.
ALTER TABLE person ADD COLUMN source TEXT NOT NULL DEFAULT '';
-- A roster that waits for its decision is sealed from here on; what was uploaded before is read once more.
DELETE FROM import_row WHERE batch_id IN (SELECT id FROM import_batch WHERE state = 'previewed');
UPDATE import_batch SET state = 'withdrawn', content = NULL WHERE state = 'previewed';
