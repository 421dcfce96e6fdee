-- What a commune declares of its own people: kept as declared beside the register, a later declaration stands beside an earlier
-- one: issue B, reconciliation by commune.
CREATE TABLE declaration (
    id UUID PRIMARY KEY,
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    as_of DATE NOT NULL,
    source TEXT NOT NULL,
    declared_by TEXT NOT NULL,
    declared_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX declaration_commune ON declaration (commune_id, as_of);
CREATE TABLE declaration_line (
    declaration_id UUID NOT NULL REFERENCES declaration (id),
    dimension TEXT NOT NULL,
    key TEXT NOT NULL,
    people BIGINT NOT NULL CHECK (people >= 0),
    PRIMARY KEY (declaration_id, dimension, key)
);
