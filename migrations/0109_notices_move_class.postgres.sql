-- What classes told communes so far moves to the notices, so that all of them are kept in one place: issue C, notices.
INSERT INTO notice (id, kind, about, key, facts, at)
SELECT gen_random_uuid(), 'classes.' || n.kind, n.class_id::text,
       'classes.' || n.kind || ':' || n.class_id::text || ':' || n.commune_id::text || ':' ||
       CASE n.kind WHEN 'reminder' THEN n.until_day::text ELSE CAST(n.seq AS TEXT) END,
       '{"class":{"text":"' || lpad(c.number::text, 2, '0') || '/' || c.year || '"},"seats":{"number":' || n.seats || '},"until":{"day":"' || n.until_day::text || '"}}', n.at
FROM class_notice n JOIN class c ON c.id = n.class_id;
-- what was told before notices had readers counts as read
INSERT INTO notice_copy (id, notice_id, province_id, unit_id, account_id, link, at, read_at)
SELECT gen_random_uuid(), o.id, u.parent_id, u.id, r.account_id, '/classes/' || o.about || '/nominations', o.at, o.at
FROM notice o JOIN org_unit u ON o.key LIKE '%:' || u.id::text || ':%'
LEFT JOIN account_role r ON r.commune_id = u.id AND r.role = 'commune_officer';
DROP TABLE class_notice;
