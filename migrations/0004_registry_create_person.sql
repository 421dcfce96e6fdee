-- People and their posts over time: issue A, people. Levels are stable codes; NULL means not declared.
CREATE TABLE person (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    gender TEXT CHECK (gender IN ('nam', 'nu')),
    birth_date DATE,
    ethnic_code TEXT REFERENCES ethnic_group (code),
    education TEXT CHECK (education IN ('tien_si', 'thac_si', 'dai_hoc', 'cao_dang_trung_cap', 'so_cap')),
    theory TEXT CHECK (theory IN ('cao_cap', 'trung_cap', 'so_cap', 'chua_qua')),
    management TEXT CHECK (management IN ('cvcc', 'cvc', 'cv', 'chua_qua')),
    phone TEXT,
    email TEXT,
    note TEXT,
    generated BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ
);
CREATE INDEX person_search ON person (search_key);
CREATE INDEX person_sort ON person (sort_key, id);
CREATE TABLE assignment (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    office_id UUID REFERENCES org_unit (id),
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    position_id UUID NOT NULL REFERENCES position (id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX assignment_person ON assignment (person_id, valid_from);
CREATE INDEX assignment_commune ON assignment (commune_id, person_id);
CREATE INDEX assignment_office ON assignment (office_id);
CREATE TABLE import_batch (
    id UUID PRIMARY KEY,
    province_id UUID REFERENCES org_unit (id),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    -- the file itself; dropped when the batch is decided
    content BYTEA,
    mapping TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('previewed', 'committed', 'undone', 'withdrawn')),
    rows_new BIGINT NOT NULL,
    rows_changed BIGINT NOT NULL,
    rows_unchanged BIGINT NOT NULL,
    rows_faulty BIGINT NOT NULL,
    rows_skipped BIGINT NOT NULL,
    uploaded_by UUID,
    uploaded_at TIMESTAMPTZ NOT NULL,
    closed_by UUID,
    closed_at TIMESTAMPTZ,
    CHECK ((state = 'previewed') = (content IS NOT NULL))
);
CREATE INDEX import_batch_uploaded ON import_batch (uploaded_at);
CREATE TABLE import_row (
    batch_id UUID NOT NULL REFERENCES import_batch (id),
    row_number BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('new', 'changed', 'unchanged', 'faulty', 'skipped')),
    person_id UUID,
    shown_name TEXT NOT NULL,
    before TEXT,
    after TEXT,
    problems TEXT NOT NULL,
    PRIMARY KEY (batch_id, row_number)
);
CREATE TABLE declared_total (
    province_id UUID NOT NULL REFERENCES org_unit (id),
    dimension TEXT NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    people BIGINT NOT NULL,
    as_of DATE NOT NULL,
    source TEXT NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (province_id, dimension, key)
);
CREATE TABLE training_history (
    province_id UUID NOT NULL REFERENCES org_unit (id),
    category_code TEXT NOT NULL,
    category TEXT NOT NULL,
    period TEXT NOT NULL,
    person_times BIGINT NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (province_id, category_code, period)
);
-- Everybody who is not removed, with the post of that person that is the latest by its start.
CREATE VIEW v_registry_person AS
SELECT p.id AS person_id, p.code, p.full_name, p.search_key, p.sort_key, p.gender, p.birth_date, p.ethnic_code,
       p.education, p.theory, p.management, p.generated,
       a.id AS assignment_id, a.commune_id, a.office_id, a.position_id, a.valid_from AS in_post_from, a.valid_to AS in_post_to,
       o.bloc, o.level, o.target_group, o.title AS position_title, o.code AS position_code
FROM person p
JOIN assignment a ON a.person_id = p.id
JOIN position o ON o.id = a.position_id
WHERE p.removed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.person_id = p.id
                  AND (b.valid_from > a.valid_from OR (b.valid_from = a.valid_from AND b.id > a.id)));
-- Every post that somebody held, for records.
CREATE VIEW v_registry_assignment AS
SELECT a.person_id, a.id AS assignment_id, o.title AS position_title, k.name AS office, u.name AS commune, c.kind AS commune_kind,
       a.valid_from, a.valid_to
FROM assignment a
JOIN position o ON o.id = a.position_id
JOIN org_unit u ON u.id = a.commune_id
JOIN commune c ON c.unit_id = a.commune_id
LEFT JOIN office f ON f.unit_id = a.office_id
LEFT JOIN office_kind k ON k.code = f.kind_code;
