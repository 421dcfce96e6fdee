-- Two people may edit one topic: the edition that a form was made from, and who saved the topic last.
ALTER TABLE topic ADD COLUMN edition BIGINT NOT NULL DEFAULT 1;
ALTER TABLE topic ADD COLUMN changed_by TEXT;
ALTER TABLE topic ADD COLUMN changed_at TIMESTAMPTZ;
