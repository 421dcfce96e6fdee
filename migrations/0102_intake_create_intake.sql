-- What the school must know before somebody arrives: meals, bed, arrival, a small child.
CREATE TABLE intake (
    nomination_id UUID PRIMARY KEY REFERENCES nomination (id),
    meals TEXT NOT NULL CHECK (meals IN ('all', 'lunch', 'none')),
    diet TEXT NOT NULL CHECK (diet IN ('usual', 'vegetarian', 'no_pork', 'other')),
    diet_note TEXT NOT NULL,
    dormitory BOOLEAN NOT NULL,
    arrival TEXT NOT NULL CHECK (arrival IN ('eve', 'morning')),
    small_child BOOLEAN NOT NULL,
    child_comes BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    edition BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
-- The study groups of a class and its committee: a list as a whole with its edition, and who is where.
CREATE TABLE class_grouping (
    class_id UUID PRIMARY KEY REFERENCES class (id),
    groups BIGINT NOT NULL CHECK (groups > 0),
    edition BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE TABLE class_place (
    nomination_id UUID PRIMARY KEY REFERENCES nomination (id),
    class_id UUID NOT NULL REFERENCES class_grouping (class_id),
    group_number BIGINT CHECK (group_number > 0),
    duty TEXT NOT NULL CHECK (duty IN ('member', 'leader', 'deputy', 'monitor'))
);
CREATE INDEX class_place_class ON class_place (class_id);
-- Setting of schemes that are there already; a new scheme brings its own.
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source)
SELECT scheme_id, 'study_group_size', '10', 'người', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'score_own_days', '14', 'ngày', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'score_least_people', '5', 'người', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days';
