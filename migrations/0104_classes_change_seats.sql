-- Who changed seats, deadline, quotas or kept seats of a class last, and when: said to whoever is overtaken.
ALTER TABLE class ADD COLUMN seats_by TEXT NOT NULL DEFAULT '';
ALTER TABLE class ADD COLUMN seats_at TIMESTAMPTZ;
