-- What people ask about their own data, with the clocks of Law 91/2025/QH15 and NĐ 356/2025/NĐ-CP: issue B, data rights.
CREATE TABLE data_request (
    id UUID PRIMARY KEY,
    province_id UUID NOT NULL REFERENCES org_unit (id),
    person_id UUID NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('correction', 'copy')),
    wish TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'acknowledged', 'done', 'refused')),
    received_at TIMESTAMPTZ NOT NULL,
    reply_by DATE NOT NULL,
    complete_by DATE NOT NULL,
    acknowledged_at TIMESTAMPTZ,
    acknowledged_by TEXT,
    answer TEXT NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_by TEXT,
    CHECK ((closed_at IS NULL) = (state IN ('received', 'acknowledged')))
);
CREATE INDEX data_request_open ON data_request (province_id, state, complete_by);
CREATE INDEX data_request_person ON data_request (person_id, received_at);
INSERT INTO registry_rule (key, value, unit, valid_from, source) VALUES
    ('data_request_reply_days', '2', 'ngày làm việc', '2026-01-01', 'Luật 91/2025/QH15, NĐ 356/2025/NĐ-CP: trả lời trong 2 ngày làm việc'),
    ('data_request_copy_days', '10', 'ngày', '2026-01-01', 'NĐ 356/2025/NĐ-CP: hoàn thành trong 10 đến 20 ngày; mức theo loại việc là thiết lập'),
    ('data_request_correction_days', '10', 'ngày', '2026-01-01', 'NĐ 356/2025/NĐ-CP: hoàn thành trong 10 đến 20 ngày; mức theo loại việc là thiết lập');
