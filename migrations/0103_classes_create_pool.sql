-- Seats of a class that are kept until its deadline for people of a bloc, or of a level of posts.
CREATE TABLE class_pool (
    class_id UUID NOT NULL REFERENCES class (id),
    kind TEXT NOT NULL CHECK (kind IN ('bloc', 'level')),
    code TEXT NOT NULL,
    seats BIGINT NOT NULL CHECK (seats > 0),
    PRIMARY KEY (class_id, code)
);
