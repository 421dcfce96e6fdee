-- Which topics a lecturer would rather teach, and rather not: issue C, timetable. A wish is for a topic of a programme by its title, so that it
-- outlives a version of the programme.
CREATE TABLE topic_wish_head (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    edition BIGINT NOT NULL CHECK (edition >= 1),
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE topic_wish (
    account_id UUID NOT NULL REFERENCES topic_wish_head (account_id),
    programme_id UUID NOT NULL REFERENCES programme (id),
    title TEXT NOT NULL,
    wish TEXT NOT NULL CHECK (wish IN ('prefers', 'rather_not')),
    PRIMARY KEY (account_id, programme_id, title)
);
CREATE INDEX topic_wish_programme ON topic_wish (programme_id, title);
