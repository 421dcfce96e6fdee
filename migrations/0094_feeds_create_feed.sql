-- Addresses from which calendars read timetables: of a class, of a room, or of the account itself; kept as hashes, one an account and thing.
CREATE TABLE calendar_feed (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    account_id UUID NOT NULL REFERENCES account (id),
    class_id UUID REFERENCES class (id),
    venue_id UUID REFERENCES venue (id),
    token_hash TEXT NOT NULL UNIQUE,
    made_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    CHECK (class_id IS NULL OR venue_id IS NULL)
);
CREATE INDEX calendar_feed_account ON calendar_feed (account_id);
