-- Who comes in by a personal link is a visiting lecturer until the school says otherwise: issue C, lecturers.
CREATE VIEW v_accounts_guest AS SELECT DISTINCT account_id FROM guest_link;
