-- The row under whose lock the register gives codes, so that of two additions at once both succeed (issue B, record).
CREATE TABLE person_head (
    id BIGINT PRIMARY KEY CHECK (id = 1)
);
INSERT INTO person_head (id) VALUES (1);
