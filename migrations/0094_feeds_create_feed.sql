-- Addresses from which calendars read timetables: kept as hashes, one an account and thing.
CREATE TABLE calendar_feed (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    kind TEXT NOT NULL,
    thing UUID NOT NULL,
    account_id UUID NOT NULL REFERENCES account (id),
    token_hash TEXT NOT NULL UNIQUE,
    made_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX calendar_feed_account ON calendar_feed (account_id, kind, thing);
