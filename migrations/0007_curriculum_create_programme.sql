-- Programmes, their versions and topics: issue A, programme.
CREATE TABLE programme (
    id UUID PRIMARY KEY,
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    audience_code TEXT,
    is_elective_pool BOOLEAN NOT NULL,
    place BIGINT NOT NULL,
    UNIQUE (scheme_id, code)
);
CREATE TABLE programme_version (
    id UUID PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES programme (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('outline', 'drafting', 'appraisal', 'approved', 'in_force', 'expired')),
    decision_number TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (programme_id, number)
);
-- Facts: who moved a version from state to state, when and why.
CREATE TABLE programme_version_move (
    version_id UUID NOT NULL REFERENCES programme_version (id),
    seq BIGINT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (version_id, seq)
);
CREATE TABLE topic (
    id UUID PRIMARY KEY,
    version_id UUID NOT NULL REFERENCES programme_version (id),
    seq BIGINT NOT NULL,
    day BIGINT,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('theory', 'skill', 'practice', 'situation', 'discussion', 'field_trip', 'self_study', 'essay')),
    periods BIGINT NOT NULL CHECK (periods > 0),
    method TEXT NOT NULL,
    lecturer_type TEXT NOT NULL,
    delivery TEXT NOT NULL CHECK (delivery IN ('truc_tiep', 'truc_tuyen', 'ket_hop')),
    is_elective BOOLEAN NOT NULL,
    source_status TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (version_id, seq)
);
