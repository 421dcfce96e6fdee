-- Documents sent to units and people to be read (quán triệt), and who has read them: issue B, propagation.
CREATE TABLE circular (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    summary TEXT NOT NULL,
    read_by DATE,
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES stored_file (sha256),
    size BIGINT NOT NULL,
    by_id UUID NOT NULL REFERENCES account (id),
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by TEXT
);
CREATE INDEX circular_scheme ON circular (scheme_id, at);
-- To whom: every commune, a commune, a role (a body), an account (a person).
CREATE TABLE circular_target (
    circular_id UUID NOT NULL REFERENCES circular (id),
    kind TEXT NOT NULL CHECK (kind IN ('communes', 'commune', 'role', 'account')),
    code TEXT NOT NULL,
    PRIMARY KEY (circular_id, kind, code)
);
-- Facts: when somebody opened it first, and when they said that they have read it.
CREATE TABLE circular_reading (
    circular_id UUID NOT NULL REFERENCES circular (id),
    account_id UUID NOT NULL REFERENCES account (id),
    opened_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    PRIMARY KEY (circular_id, account_id)
);
