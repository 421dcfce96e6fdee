-- Questions to the statistics that somebody asks again and again, kept with every filter: issue B, statistics; complaint row 95.
CREATE TABLE saved_query (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    UNIQUE (account_id, name)
);
