-- From which road on a commune is far: far communes of one former district travel together.
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source)
SELECT scheme_id, 'travel_far_km', '100', 'km', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days';
