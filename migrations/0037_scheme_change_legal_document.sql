-- The register of legal documents is kept by each scheme: validity, what replaced a document, who changed it (issue B, freshness).
ALTER TABLE legal_document ADD COLUMN scheme_id UUID REFERENCES scheme (id);
ALTER TABLE legal_document ADD COLUMN valid_from DATE;
ALTER TABLE legal_document ADD COLUMN ended_on DATE;
ALTER TABLE legal_document ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
ALTER TABLE legal_document ADD COLUMN edition BIGINT NOT NULL DEFAULT 1;
ALTER TABLE legal_document ADD COLUMN changed_by TEXT;
ALTER TABLE legal_document ADD COLUMN changed_at TIMESTAMPTZ;
UPDATE legal_document SET scheme_id = (SELECT id FROM scheme ORDER BY first_year, code LIMIT 1);
-- what schemes shared until now each of them has for itself
INSERT INTO legal_document (number, issued_on, issuer, kind, title, status, note, place, scheme_id)
SELECT d.number, d.issued_on, d.issuer, d.kind, d.title, d.status, d.note,
       d.place + s.nth * (SELECT MAX(place) FROM legal_document), s.id
FROM legal_document d
CROSS JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY first_year, code) - 1 AS nth FROM scheme) s
WHERE s.nth > 0;
CREATE INDEX legal_document_scheme ON legal_document (scheme_id, place);
-- Days after the end of a document by which what relies on it is to be looked at: a setting of each scheme.
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, source)
SELECT s.id, 'freshness_days', '30', 'ngày', '2026-01-01', 'thiết lập' FROM scheme s
WHERE NOT EXISTS (SELECT 1 FROM scheme_rule r WHERE r.scheme_id = s.id AND r.key = 'freshness_days');
