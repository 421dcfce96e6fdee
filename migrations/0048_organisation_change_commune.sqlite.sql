-- Whether a commune still stands: its days join the view, which says the state of today (issue B).
DROP VIEW v_organisation_commune;
CREATE VIEW v_organisation_commune AS
SELECT u.id AS commune_id, u.parent_id AS province_id, u.code, u.name, u.sort_key, c.kind, c.former_district, c.region, c.is_border, c.is_highland,
       c.is_mountain, c.lat, c.lon, c.population, c.road_km, u.valid_from, u.valid_to
FROM org_unit u JOIN commune c ON c.unit_id = u.id;
