-- Who looks after what relies on a document that is no longer in force, and why something stays as it is: issue B, freshness.
-- That something relies on such a document is computed, never stored.
CREATE TABLE freshness_task (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    subject TEXT NOT NULL,
    number_key TEXT NOT NULL,
    owner_id UUID REFERENCES account (id),
    due_on DATE NOT NULL,
    set_by TEXT NOT NULL,
    set_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (scheme_id, subject, number_key)
);
-- Facts: a version was looked at and stays, with the reason. A new version is looked at anew.
CREATE TABLE freshness_reason (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    subject TEXT NOT NULL,
    version BIGINT NOT NULL,
    number_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_id UUID NOT NULL REFERENCES account (id),
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (scheme_id, subject, version, number_key)
);
