-- What classes told communes so far moves to the notices, so that all of them are kept in one place: issue C, notices.
INSERT INTO notice (id, kind, about, key, facts, at)
SELECT randomblob(16), 'classes.' || n.kind, lower(substr(hex(n.class_id), 1, 8) || '-' || substr(hex(n.class_id), 9, 4) || '-' || substr(hex(n.class_id), 13, 4) || '-' || substr(hex(n.class_id), 17, 4) || '-' ||
             substr(hex(n.class_id), 21, 12)),
       'classes.' || n.kind || ':' || lower(substr(hex(n.class_id), 1, 8) || '-' || substr(hex(n.class_id), 9, 4) || '-' || substr(hex(n.class_id), 13, 4) || '-' || substr(hex(n.class_id), 17, 4) || '-' ||
             substr(hex(n.class_id), 21, 12)) || ':' || lower(substr(hex(n.commune_id), 1, 8) || '-' || substr(hex(n.commune_id), 9, 4) || '-' || substr(hex(n.commune_id), 13, 4) || '-' || substr(hex(n.commune_id), 17, 4) || '-' ||
             substr(hex(n.commune_id), 21, 12)) || ':' ||
       CASE n.kind WHEN 'reminder' THEN n.until_day ELSE CAST(n.seq AS TEXT) END,
       '{"class":{"text":"' || printf('%02d/%d', c.number, c.year) || '"},"seats":{"number":' || n.seats || '},"until":{"day":"' || n.until_day || '"}}', n.at
FROM class_notice n JOIN class c ON c.id = n.class_id;
-- what was told before notices had readers counts as read
INSERT INTO notice_copy (id, notice_id, province_id, unit_id, account_id, link, at, read_at)
SELECT randomblob(16), o.id, u.parent_id, u.id, r.account_id, '/classes/' || o.about || '/nominations', o.at, o.at
FROM notice o JOIN org_unit u ON o.key LIKE '%:' || lower(substr(hex(u.id), 1, 8) || '-' || substr(hex(u.id), 9, 4) || '-' || substr(hex(u.id), 13, 4) || '-' || substr(hex(u.id), 17, 4) || '-' ||
             substr(hex(u.id), 21, 12)) || ':%'
LEFT JOIN account_role r ON r.commune_id = u.id AND r.role = 'commune_officer';
DROP TABLE class_notice;
