-- A post that has ended names its unit as it was called on the last day of the post (issue B, units over time).
DROP VIEW v_registry_assignment;
CREATE VIEW v_registry_assignment AS
SELECT a.person_id, a.id AS assignment_id, o.title AS position_title, k.name AS office, COALESCE(n.name, u.name) AS commune,
       c.kind AS commune_kind, a.valid_from, a.valid_to, a.kind, a.decision, a.ended_because
FROM assignment a
JOIN position o ON o.id = a.position_id
JOIN org_unit u ON u.id = a.commune_id
JOIN commune c ON c.unit_id = a.commune_id
LEFT JOIN v_organisation_name n ON n.unit_id = a.commune_id AND n.valid_from <= a.valid_to
                               AND (n.until IS NULL OR n.until > a.valid_to)
LEFT JOIN office f ON f.unit_id = a.office_id
LEFT JOIN office_kind k ON k.code = f.kind_code;
