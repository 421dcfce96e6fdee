-- Days off and the Saturdays that make up for them belong to the calendar, not to a scheme: clocks of offices count by them as well.
ALTER TABLE calendar_day RENAME TO calendar_day_before;
CREATE TABLE calendar_day (
    day DATE NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_day_off BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (day, code)
);
INSERT INTO calendar_day (day, code, name, kind, is_day_off, status, source)
SELECT day, code, name, kind, is_day_off, status, source FROM calendar_day_before;
DROP TABLE calendar_day_before;
