-- Who has answered, and apart from it what was answered, and apart from both what was written freely: no column joins them, no time, and
-- no order (docs/adr/0018).
CREATE TABLE evaluation_reply (
    class_id UUID NOT NULL REFERENCES evaluation_form (class_id),
    person_id UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (class_id, person_id)
) WITHOUT ROWID;
CREATE TABLE evaluation_ballot (
    id UUID PRIMARY KEY,
    class_id UUID NOT NULL REFERENCES evaluation_form (class_id),
    scores TEXT NOT NULL,
    is_void BOOLEAN NOT NULL,
    is_mixed BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX evaluation_ballot_class ON evaluation_ballot (class_id, is_mixed);
CREATE TABLE evaluation_remark (
    id UUID PRIMARY KEY,
    class_id UUID NOT NULL REFERENCES evaluation_form (class_id),
    text TEXT NOT NULL,
    is_mixed BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX evaluation_remark_class ON evaluation_remark (class_id, is_mixed);
