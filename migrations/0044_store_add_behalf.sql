-- On whose behalf somebody acted: a deputy's record names the officer on leave (issue B, accounts).
ALTER TABLE audit_record ADD COLUMN on_behalf_of TEXT;
