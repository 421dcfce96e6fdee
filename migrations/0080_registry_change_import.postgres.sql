-- Rows of a roster whose person is not certain wait for somebody's choice, and a field keeps the value of the better source: issue B, import.
ALTER TABLE import_batch ADD COLUMN rows_doubtful BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_row DROP CONSTRAINT import_row_kind_check;
ALTER TABLE import_row ADD CONSTRAINT import_row_kind_check
    CHECK (kind IN ('new', 'changed', 'unchanged', 'doubtful', 'faulty', 'skipped'));
ALTER TABLE import_row ADD COLUMN candidates TEXT NOT NULL DEFAULT '';
ALTER TABLE import_row ADD COLUMN kept TEXT NOT NULL DEFAULT '';
-- Which source said the first values of a record; empty where nobody noted it.
ALTER TABLE person ADD COLUMN source TEXT NOT NULL DEFAULT '';
-- A roster that waits for its decision is sealed from here on; what was uploaded before is read once more.
DELETE FROM import_row WHERE batch_id IN (SELECT id FROM import_batch WHERE state = 'previewed');
UPDATE import_batch SET state = 'withdrawn', content = NULL WHERE state = 'previewed';
