-- Half-days hold sittings: which topic, by whom, where. Version 0 is the school's draft, the versions from 1 on are what was published:
-- facts, each a whole timetable. What half-days said in words becomes their first version. Issue C, timetable.
CREATE TABLE timetable (
    class_id UUID PRIMARY KEY REFERENCES class (id),
    published BIGINT NOT NULL CHECK (published > 0),
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT,
    changed_at TIMESTAMPTZ
);
CREATE TABLE timetable_version (
    class_id UUID NOT NULL REFERENCES class (id),
    number BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (class_id, number)
);
CREATE TABLE sitting (
    half_day_id UUID NOT NULL REFERENCES half_day (id),
    version BIGINT NOT NULL CHECK (version >= 0),
    seq BIGINT NOT NULL,
    topic_id UUID,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    periods BIGINT NOT NULL CHECK (periods > 0),
    lecturer_id UUID REFERENCES account (id),
    partner_id UUID REFERENCES account (id),
    venue_id UUID REFERENCES venue (id),
    is_online BOOLEAN NOT NULL,
    PRIMARY KEY (half_day_id, version, seq)
);
CREATE INDEX sitting_lecturer ON sitting (lecturer_id);
CREATE INDEX sitting_partner ON sitting (partner_id);
CREATE INDEX sitting_venue ON sitting (venue_id);
CREATE INDEX half_day_held ON half_day (held_on);
-- Whoever writes a timetable of a scheme holds its row: nobody is given to two classes at one moment.
CREATE TABLE timetable_turn (
    scheme_id UUID PRIMARY KEY REFERENCES scheme (id),
    turn BIGINT NOT NULL
);
INSERT INTO timetable (class_id, published) SELECT id, 1 FROM class;
INSERT INTO timetable_version (class_id, number, by_name, at)
SELECT c.id, 1, COALESCE((SELECT m.by_name FROM class_move m WHERE m.class_id = c.id AND m.seq = 1), ''), c.created_at FROM class c;
INSERT INTO sitting (half_day_id, version, seq, title, kind, periods, venue_id, is_online)
SELECT h.id, v.version, 1, h.topics, '', h.periods, c.venue_id, FALSE
FROM half_day h JOIN class c ON c.id = h.class_id CROSS JOIN (SELECT 0 AS version UNION ALL SELECT 1) v
WHERE h.topics <> '';
ALTER TABLE half_day DROP COLUMN topics;
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source)
SELECT scheme_id, 'lecturer_periods_most', '280', 'tiết', valid_from, valid_to, 'thiết lập, chưa kiểm chứng' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'half_day_hours', '07:30-11:00;13:30-17:00', 'giờ', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days';
