-- Whom a lecturer of the school accompanies, and what that counts in their load: issue C, pairing. Settings of the school.
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source)
SELECT scheme_id, 'paired_contracts', 'visiting', 'loại hợp đồng', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'companion_periods_percent', '50', '%', valid_from, valid_to, 'thiết lập, chưa kiểm chứng' FROM scheme_rule WHERE key = 'class_days';
