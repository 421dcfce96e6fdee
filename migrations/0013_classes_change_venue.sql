-- Rooms are kept in the browser: a key by which the same name is found, the end of use, the edition that a form was made from.
ALTER TABLE venue ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
ALTER TABLE venue ADD COLUMN closed_from DATE;
ALTER TABLE venue ADD COLUMN edition BIGINT NOT NULL DEFAULT 1;
ALTER TABLE venue ADD COLUMN changed_by TEXT;
ALTER TABLE venue ADD COLUMN changed_at TIMESTAMPTZ;
-- Rooms from before have no key until they are next saved; the program compares their names itself.
CREATE UNIQUE INDEX venue_search_key ON venue (scheme_id, search_key) WHERE search_key <> '';
