-- The scheme as data: issue A, "nothing of it is a constant in code".
CREATE TABLE scheme (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    -- a province has one scheme: it counts the people of the province's communes
    province_id UUID NOT NULL UNIQUE REFERENCES org_unit (id),
    province_name TEXT NOT NULL,
    first_year BIGINT NOT NULL,
    last_year BIGINT NOT NULL,
    CHECK (last_year >= first_year)
);
CREATE TABLE scheme_rule (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    unit TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    source TEXT NOT NULL,
    PRIMARY KEY (scheme_id, key, valid_from)
);
CREATE TABLE scheme_milestone (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    due_on DATE NOT NULL,
    done_on DATE,
    source TEXT NOT NULL,
    PRIMARY KEY (scheme_id, code)
);
CREATE TABLE scheme_body (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    duty TEXT NOT NULL,
    tier BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (scheme_id, code)
);
-- Which programme serves which people: by target group for the three audiences, by bloc for everybody else.
CREATE TABLE scheme_audience (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    target_group BIGINT NOT NULL,
    programme_code TEXT NOT NULL,
    place BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (scheme_id, code)
);
CREATE TABLE scheme_audience_bloc (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    bloc TEXT NOT NULL,
    audience_code TEXT NOT NULL,
    PRIMARY KEY (scheme_id, bloc),
    FOREIGN KEY (scheme_id, audience_code) REFERENCES scheme_audience (scheme_id, code)
);
CREATE TABLE calendar_day (
    day DATE NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_day_off BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (day, code)
);
CREATE TABLE legal_document (
    number TEXT NOT NULL,
    issued_on DATE,
    issuer TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    place BIGINT PRIMARY KEY
);
-- Everybody of the scheme's province with the audience that fits the post: the group's own, else the one that serves the bloc.
-- CROSS JOIN keeps SQLite's order: people first, so that lists walk the index of names.
CREATE VIEW v_scheme_person AS
SELECT s.id AS scheme_id, p.person_id, p.code, p.full_name, p.sort_key, p.position_title, p.gender, p.ethnic_code, p.commune_id,
       p.office_id, p.level, p.bloc, p.target_group, p.in_post_from, p.in_post_to,
       COALESCE(g.code, b.audience_code) AS audience_code
FROM scheme s
CROSS JOIN v_registry_person p
CROSS JOIN v_organisation_commune k
LEFT JOIN scheme_audience g ON g.scheme_id = s.id AND g.target_group = p.target_group
LEFT JOIN scheme_audience_bloc b ON b.scheme_id = s.id AND b.bloc = p.bloc
WHERE k.commune_id = p.commune_id AND k.province_id = s.province_id;
