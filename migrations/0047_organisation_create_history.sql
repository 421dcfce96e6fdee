-- Units over time: names with their decision, successors, regions and priorities with their legal source, contacts (issue B).
CREATE TABLE unit_name (
    unit_id UUID NOT NULL REFERENCES org_unit (id),
    valid_from DATE NOT NULL,
    name TEXT NOT NULL,
    decision TEXT NOT NULL,
    PRIMARY KEY (unit_id, valid_from)
);
CREATE TABLE unit_successor (
    unit_id UUID NOT NULL REFERENCES org_unit (id),
    successor_id UUID NOT NULL REFERENCES org_unit (id),
    since DATE NOT NULL,
    decision TEXT NOT NULL,
    PRIMARY KEY (unit_id, successor_id),
    CHECK (unit_id <> successor_id)
);
CREATE INDEX unit_successor_successor ON unit_successor (successor_id);
CREATE TABLE unit_attribute (
    unit_id UUID NOT NULL REFERENCES org_unit (id),
    attribute TEXT NOT NULL CHECK (attribute IN ('region_dong_bang', 'region_mien_nui', 'region_vung_cao', 'region_bien_gioi', 'border',
                                                 'highland', 'mountain', 'coastal', 'remote', 'minority', 'difficult')),
    valid_from DATE NOT NULL,
    valid_to DATE,
    source TEXT NOT NULL,
    PRIMARY KEY (unit_id, attribute, valid_from),
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
ALTER TABLE org_unit ADD COLUMN head_name TEXT;
ALTER TABLE org_unit ADD COLUMN phone TEXT;
ALTER TABLE org_unit ADD COLUMN email TEXT;
ALTER TABLE org_unit ADD COLUMN edition BIGINT NOT NULL DEFAULT 0;
ALTER TABLE org_unit ADD COLUMN changed_by TEXT;
ALTER TABLE org_unit ADD COLUMN changed_at TIMESTAMPTZ;
-- what an earlier version of the program knew
INSERT INTO unit_name (unit_id, valid_from, name, decision)
SELECT id, valid_from, name, '' FROM org_unit WHERE kind <> 'office';
INSERT INTO unit_attribute (unit_id, attribute, valid_from, valid_to, source)
SELECT c.unit_id, 'region_' || c.region, u.valid_from, NULL, '' FROM commune c JOIN org_unit u ON u.id = c.unit_id
WHERE c.region IN ('dong_bang', 'mien_nui', 'vung_cao', 'bien_gioi');
INSERT INTO unit_attribute (unit_id, attribute, valid_from, valid_to, source)
SELECT c.unit_id, 'border', u.valid_from, NULL, '' FROM commune c JOIN org_unit u ON u.id = c.unit_id WHERE c.is_border;
INSERT INTO unit_attribute (unit_id, attribute, valid_from, valid_to, source)
SELECT c.unit_id, 'highland', u.valid_from, NULL, '' FROM commune c JOIN org_unit u ON u.id = c.unit_id WHERE c.is_highland;
INSERT INTO unit_attribute (unit_id, attribute, valid_from, valid_to, source)
SELECT c.unit_id, 'mountain', u.valid_from, NULL, '' FROM commune c JOIN org_unit u ON u.id = c.unit_id WHERE c.is_mountain;
INSERT INTO unit_attribute (unit_id, attribute, valid_from, valid_to, source)
SELECT c.unit_id, 'coastal', u.valid_from, NULL, '' FROM commune c JOIN org_unit u ON u.id = c.unit_id WHERE c.is_coastal;
-- the name of a unit from a day to a day, both included
CREATE VIEW v_organisation_name AS
SELECT n.unit_id, n.name, n.valid_from,
       (SELECT MIN(m.valid_from) FROM unit_name m WHERE m.unit_id = n.unit_id AND m.valid_from > n.valid_from) AS until
FROM unit_name n;
