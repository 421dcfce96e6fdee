-- Roll-calls: facts are appended, the newest mark of a person and half-day counts. Issue A, study week.
CREATE TABLE roll_call (
    id UUID PRIMARY KEY,
    half_day_id UUID NOT NULL REFERENCES half_day (id),
    seq BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL,
    UNIQUE (half_day_id, seq)
);
CREATE TABLE attendance_mark (
    half_day_id UUID NOT NULL REFERENCES half_day (id),
    person_id UUID NOT NULL REFERENCES person (id),
    seq BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('present', 'late', 'excused', 'absent')),
    reason TEXT NOT NULL,
    PRIMARY KEY (half_day_id, person_id, seq)
);
CREATE VIEW v_attendance_mark AS
SELECT m.half_day_id, h.class_id, m.person_id, m.status, m.reason, h.periods, h.seq AS half_day_seq
FROM attendance_mark m
JOIN half_day h ON h.id = m.half_day_id
WHERE m.seq = (SELECT MAX(x.seq) FROM attendance_mark x WHERE x.half_day_id = m.half_day_id AND x.person_id = m.person_id);
