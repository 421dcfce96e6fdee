-- A place of study is a room of the school or a place of field trips, kept once for all classes: issue C, timetable.
ALTER TABLE venue ADD COLUMN kind TEXT NOT NULL DEFAULT 'room' CHECK (kind IN ('room', 'field'));
ALTER TABLE venue ADD COLUMN address TEXT NOT NULL DEFAULT '';
