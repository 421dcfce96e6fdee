-- Once a year every right is confirmed or taken away, line by line: issue B, accounts.
CREATE TABLE rights_review (
    id UUID PRIMARY KEY,
    province_id UUID REFERENCES org_unit (id),
    year BIGINT NOT NULL,
    unused_days BIGINT NOT NULL CHECK (unused_days BETWEEN 1 AND 366),
    opened_by TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_by TEXT,
    closed_at TIMESTAMPTZ,
    UNIQUE (province_id, year)
);
CREATE TABLE rights_review_line (
    review_id UUID NOT NULL REFERENCES rights_review (id),
    account_id UUID NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    last_sign_in_at TIMESTAMPTZ,
    verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'disabled')),
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (review_id, account_id)
);
