-- Notices leave the house by e-mail and through a gateway for SMS and Zalo: issue C, notices.
CREATE TABLE notice_channel (
    channel TEXT PRIMARY KEY CHECK (channel IN ('mail', 'gateway')),
    place TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL
);
-- The way of a copy out of the house. `offering` is written immediately before the letter itself leaves, so that whoever dies after it
-- leaves a letter of which nobody knows, and nobody sends it twice.
CREATE TABLE notice_delivery (
    id UUID PRIMARY KEY,
    copy_id UUID NOT NULL REFERENCES notice_copy (id),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'gateway')),
    address TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'offering', 'sent', 'given_up', 'uncertain', 'none')),
    reason TEXT NOT NULL,
    answer TEXT NOT NULL,
    tries BIGINT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    claimed_until TIMESTAMPTZ,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX notice_delivery_due ON notice_delivery (due_at, id) WHERE state IN ('waiting', 'offering');
CREATE INDEX notice_delivery_copy ON notice_delivery (copy_id);
CREATE INDEX notice_delivery_state ON notice_delivery (state, changed_at);
-- When letters and messages wait until the morning: minutes of the day in Viet Nam, by province.
CREATE TABLE notice_setting (
    province_id UUID PRIMARY KEY REFERENCES org_unit (id),
    quiet_from BIGINT NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to BIGINT NOT NULL CHECK (quiet_to BETWEEN 0 AND 1439),
    edition BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
-- Kinds of which somebody wants no letter.
CREATE TABLE notice_choice (
    account_id UUID NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (account_id, kind)
);
-- Where an account's letters go; an empty address is none.
ALTER TABLE account ADD COLUMN email TEXT NOT NULL DEFAULT '';
