-- Official papers of classes, how each is laid out, and the register that numbers them: issue C, class kit.
CREATE TABLE paper_setting (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    template TEXT NOT NULL,
    style TEXT NOT NULL CHECK (style IN ('state', 'party')),
    parent TEXT NOT NULL,
    body TEXT NOT NULL,
    pattern TEXT NOT NULL,
    edition BIGINT NOT NULL DEFAULT 1,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (scheme_id, template)
);
CREATE TABLE paper_head (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    body TEXT NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    PRIMARY KEY (scheme_id, body, kind, year)
);
CREATE TABLE paper (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    class_id UUID NOT NULL REFERENCES class (id),
    template TEXT NOT NULL,
    body TEXT NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT,
    symbol TEXT NOT NULL,
    subject TEXT NOT NULL,
    dated DATE NOT NULL,
    content TEXT NOT NULL,
    edition BIGINT NOT NULL DEFAULT 1,
    made_by TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    renewed_by TEXT,
    renewed_at TIMESTAMPTZ,
    signer TEXT,
    signed_by TEXT,
    signed_at TIMESTAMPTZ,
    pdf BYTEA,
    pdf_sha256 TEXT,
    docx BYTEA,
    docx_sha256 TEXT,
    voided_by TEXT,
    voided_at TIMESTAMPTZ,
    void_reason TEXT,
    UNIQUE (scheme_id, body, kind, year, number),
    CHECK ((signed_at IS NULL) = (pdf IS NULL) AND (pdf IS NULL) = (docx IS NULL)),
    CHECK ((voided_at IS NULL) = (void_reason IS NULL))
);
CREATE UNIQUE INDEX paper_living ON paper (class_id, template) WHERE voided_at IS NULL;
CREATE INDEX paper_register ON paper (scheme_id, year);
