-- Searching: a line for everybody in the order of names, and the sound of a name. Keys and lines are made by the program at its next start.
ALTER TABLE person ADD COLUMN sound_key TEXT;
DROP INDEX person_search;
CREATE INDEX person_sound ON person (sound_key, birth_date);
CREATE TABLE person_find (
    person_id UUID PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    province_id UUID NOT NULL REFERENCES org_unit (id),
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    position_id UUID NOT NULL REFERENCES position (id),
    sort_key TEXT NOT NULL,
    code TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX person_find_name ON person_find (province_id, sort_key, code, words, commune_id, position_id, person_id);
