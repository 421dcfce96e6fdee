-- Units of the organisation and the lists that describe people: issue A, people.
CREATE TABLE org_unit (
    id UUID PRIMARY KEY,
    parent_id UUID REFERENCES org_unit (id),
    kind TEXT NOT NULL CHECK (kind IN ('province', 'commune', 'office')),
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CHECK ((kind = 'province') = (parent_id IS NULL))
);
CREATE INDEX org_unit_parent ON org_unit (parent_id);
CREATE TABLE commune (
    unit_id UUID PRIMARY KEY REFERENCES org_unit (id),
    kind TEXT NOT NULL CHECK (kind IN ('xa', 'phuong', 'dac_khu')),
    former_district TEXT NOT NULL,
    region TEXT NOT NULL,
    is_border BOOLEAN NOT NULL,
    is_highland BOOLEAN NOT NULL,
    is_mountain BOOLEAN NOT NULL,
    is_coastal BOOLEAN NOT NULL,
    population BIGINT,
    road_km BIGINT,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL
);
CREATE TABLE office_kind (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    bloc TEXT NOT NULL,
    search_key TEXT NOT NULL
);
CREATE TABLE office (
    unit_id UUID PRIMARY KEY REFERENCES org_unit (id),
    commune_id UUID NOT NULL REFERENCES org_unit (id),
    kind_code TEXT NOT NULL REFERENCES office_kind (code),
    UNIQUE (commune_id, kind_code)
);
CREATE TABLE position (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    search_key TEXT NOT NULL,
    bloc TEXT NOT NULL CHECK (bloc IN ('dang', 'chinh_quyen', 'mat_tran', 'quan_su', 'chua_phan_khoi')),
    office_code TEXT REFERENCES office_kind (code),
    level TEXT NOT NULL CHECK (level IN ('key_leader', 'head', 'deputy', 'specialist', 'unallocated')),
    target_group BIGINT CHECK (target_group IN (1, 2, 3)),
    place BIGINT NOT NULL
);
CREATE TABLE ethnic_group (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    search_key TEXT NOT NULL,
    is_minority BOOLEAN NOT NULL
);
CREATE VIEW v_organisation_commune AS
SELECT u.id AS commune_id, u.parent_id AS province_id, u.code, u.name, u.sort_key, c.kind, c.former_district, c.region, c.is_border, c.is_highland,
       c.is_mountain, c.lat, c.lon, c.population, c.road_km
FROM org_unit u JOIN commune c ON c.unit_id = u.id;
