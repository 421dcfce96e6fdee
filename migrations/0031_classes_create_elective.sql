-- What a class teaches in the open part of its programme instead of the topics that stand there: issue B, curriculum. Each choice is a
-- fact, the last one holds. The topics of the pool are copied: a class keeps what was chosen when the pool changes.
CREATE TABLE class_choice (
    class_id UUID NOT NULL REFERENCES class (id),
    seq BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (class_id, seq)
);
CREATE TABLE class_elective (
    class_id UUID NOT NULL,
    choice BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    topic_id UUID NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    periods BIGINT NOT NULL CHECK (periods > 0),
    PRIMARY KEY (class_id, choice, seq),
    FOREIGN KEY (class_id, choice) REFERENCES class_choice (class_id, seq)
);
