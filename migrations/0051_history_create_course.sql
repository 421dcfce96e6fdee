-- Courses that people attended elsewhere or before, read from offices' lists: issue B, training history. A course counts while its batch
-- stands; undoing takes the batch back and keeps its rows.
CREATE TABLE past_batch (
    id UUID PRIMARY KEY,
    province_id UUID NOT NULL REFERENCES org_unit (id),
    -- the commune of the officer who brought the file; none for the province's desk
    commune_id UUID REFERENCES org_unit (id),
    file_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('previewed', 'committed', 'undone', 'withdrawn')),
    uploaded_by TEXT NOT NULL,
    uploaded_at TIMESTAMPTZ NOT NULL,
    closed_by TEXT,
    closed_at TIMESTAMPTZ
);
CREATE INDEX past_batch_uploaded ON past_batch (province_id, uploaded_at);
CREATE TABLE past_course (
    batch_id UUID NOT NULL REFERENCES past_batch (id),
    row_number BIGINT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    category_code TEXT NOT NULL,
    ledger TEXT NOT NULL CHECK (ledger IN ('update', 'position', 'other')),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    periods BIGINT NOT NULL CHECK (periods BETWEEN 1 AND 2000),
    organiser TEXT NOT NULL,
    certificate TEXT NOT NULL,
    PRIMARY KEY (batch_id, row_number),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX past_course_person ON past_course (person_id, starts_on);
CREATE TABLE past_fault (
    batch_id UUID NOT NULL REFERENCES past_batch (id),
    row_number BIGINT NOT NULL,
    shown TEXT NOT NULL,
    fault TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (batch_id, row_number)
);
-- Courses that count.
CREATE VIEW v_history_course AS
SELECT c.person_id, c.batch_id, c.row_number, c.title, c.category_code, c.ledger, c.starts_on, c.ends_on, c.periods, c.organiser, c.certificate
FROM past_course c JOIN past_batch b ON b.id = c.batch_id
WHERE b.state = 'committed';
-- Ledgers by category of past courses and of the school's own classes, and what each ledger asks for in a year.
INSERT INTO registry_rule (key, value, unit, valid_from, source) VALUES
    ('ledger_LLCT', 'other', 'sổ', '1900-01-01', 'thiết lập: Quy định 145-QĐ/TW không tính lý luận chính trị'),
    ('ledger_CM', 'other', 'sổ', '1900-01-01', 'thiết lập: Quy định 145-QĐ/TW không tính bồi dưỡng chuyên môn'),
    ('ledger_QLNN', 'other', 'sổ', '1900-01-01', 'thiết lập: Quy định 145-QĐ/TW không tính quản lý nhà nước'),
    ('ledger_KTKN', 'position', 'sổ', '1900-01-01', 'thiết lập, theo Nghị định 171/2025/NĐ-CP'),
    ('ledger_LDQL', 'position', 'sổ', '1900-01-01', 'thiết lập, theo Nghị định 171/2025/NĐ-CP'),
    ('ledger_QPAN', 'other', 'sổ', '1900-01-01', 'thiết lập'),
    ('ledger_KHAC', 'other', 'sổ', '1900-01-01', 'thiết lập'),
    ('ledger_class', 'position', 'sổ', '1900-01-01', 'thiết lập: lớp của đề án là bồi dưỡng theo vị trí việc làm'),
    ('obligation_position', '40', 'tiết một năm', '2025-07-01', 'thiết lập, theo Nghị định 171/2025/NĐ-CP: một tuần một năm'),
    ('obligation_update', '40', 'tiết một năm', '2024-05-10', 'thiết lập, theo Quy định 145-QĐ/TW'),
    ('obligation_update_levels', 'key_leader;head;deputy', 'cấp chức danh', '2024-05-10', 'thiết lập, theo Quy định 145-QĐ/TW: cán bộ lãnh đạo, quản lý');
