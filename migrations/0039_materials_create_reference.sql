-- Facts: numbers of legal documents that were met in the text of a file: issue B, freshness.
CREATE TABLE material_reference (
    sha256 TEXT NOT NULL REFERENCES stored_file (sha256),
    number_key TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (sha256, number_key)
);
