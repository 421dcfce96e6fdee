-- Sign-ins, roles and sessions: issue A, roles.
CREATE TABLE account (
    id UUID PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change_password BOOLEAN NOT NULL,
    person_id UUID REFERENCES person (id),
    province_id UUID REFERENCES org_unit (id),
    disabled_at TIMESTAMPTZ,
    last_sign_in_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX account_person ON account (person_id);
CREATE TABLE account_role (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    role TEXT NOT NULL,
    commune_id UUID REFERENCES org_unit (id),
    given_at TIMESTAMPTZ NOT NULL
);
-- Whose people, classes and plans an account works on: the province of its commune, else its own, else the one loaded first.
CREATE VIEW v_accounts_province AS
SELECT r.account_id, COALESCE(c.parent_id, a.province_id,
                              (SELECT p.id FROM org_unit p WHERE p.parent_id IS NULL ORDER BY p.id LIMIT 1)) AS province_id
FROM account_role r
JOIN account a ON a.id = r.account_id
LEFT JOIN org_unit c ON c.id = r.commune_id;
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX session_account ON session (account_id);
-- Facts: every try to sign in. Whether a name is locked follows from its latest tries, also for names nobody has.
CREATE TABLE sign_in_event (
    id UUID PRIMARY KEY,
    username TEXT NOT NULL,
    account_id UUID,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'wrong', 'lock', 'locked', 'lifted', 'disabled')),
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_event_username ON sign_in_event (username, at);
CREATE INDEX sign_in_event_at ON sign_in_event (at);
CREATE TABLE setup_link (
    token_hash TEXT PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
