-- The register of certificates: numbers allotted once, papers frozen. Issue A, certificate.
CREATE TABLE register_head (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    year BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (scheme_id, year)
);
CREATE TABLE certificate (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    class_id UUID NOT NULL REFERENCES class (id),
    person_id UUID NOT NULL REFERENCES person (id),
    verify_code TEXT NOT NULL UNIQUE,
    snapshot TEXT NOT NULL,
    pdf BYTEA,
    sha256 TEXT,
    allotted_at TIMESTAMPTZ NOT NULL,
    issued_at TIMESTAMPTZ,
    UNIQUE (scheme_id, year, number),
    UNIQUE (class_id, person_id),
    CHECK ((pdf IS NULL) = (sha256 IS NULL) AND (pdf IS NULL) = (issued_at IS NULL))
);
CREATE INDEX certificate_person ON certificate (person_id);
-- All certificates of a class in one file, frozen at issue.
CREATE TABLE certificate_batch (
    class_id UUID PRIMARY KEY REFERENCES class (id),
    pdf BYTEA NOT NULL,
    sha256 TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL
);
-- What reports read of the register.
CREATE VIEW v_certificates_certificate AS
SELECT id AS certificate_id, scheme_id, year, number, class_id, person_id, verify_code, issued_at FROM certificate;
