-- What an officer said of the columns of a roster is remembered for the unit: issue B, import.
CREATE TABLE import_mapping (
    id UUID PRIMARY KEY,
    unit_id UUID NOT NULL REFERENCES org_unit (id),
    headings_key TEXT NOT NULL,
    headings TEXT NOT NULL,
    rows_below BIGINT NOT NULL,
    meanings TEXT NOT NULL,
    saved_by UUID,
    saved_at TIMESTAMPTZ NOT NULL,
    UNIQUE (unit_id, headings_key)
);
