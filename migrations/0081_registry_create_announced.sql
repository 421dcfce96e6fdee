-- Posts that are decided and begin on a day to come: issue B, record. Carried out on that day, once.
CREATE TABLE announced_post (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    position_id UUID NOT NULL REFERENCES position (id),
    kind TEXT NOT NULL CHECK (kind IN ('regular', 'seconded')),
    valid_from DATE NOT NULL,
    decision TEXT NOT NULL,
    in_post BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'begun', 'failed', 'withdrawn')),
    fault TEXT CHECK (fault IN ('removed', 'unit_ended', 'left', 'same', 'overlaps', 'young')),
    reason TEXT NOT NULL DEFAULT '',
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    edition BIGINT NOT NULL,
    CHECK ((state = 'failed') = (fault IS NOT NULL)),
    CHECK (state <> 'withdrawn' OR reason <> '')
);
CREATE INDEX announced_post_person ON announced_post (person_id, valid_from);
CREATE INDEX announced_post_open ON announced_post (valid_from, id) WHERE state IN ('waiting', 'failed');
CREATE INDEX announced_post_unit ON announced_post (commune_id) WHERE state = 'waiting';
-- Where somebody goes on which day to come, for whoever plans with people; without a clock: on the day itself the post begins.
CREATE VIEW v_registry_announced AS
SELECT a.person_id, a.id AS announced_id, a.commune_id, o.title AS position_title, u.name AS commune, c.kind AS commune_kind, a.valid_from
FROM announced_post a
JOIN position o ON o.id = a.position_id
JOIN org_unit u ON u.id = a.commune_id
JOIN commune c ON c.unit_id = a.commune_id
WHERE a.state = 'waiting';
