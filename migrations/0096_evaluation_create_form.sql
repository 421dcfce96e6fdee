-- Evaluation of a class by its learners (model of TT 10/2017/TT-BNV): indicators by edition, and the form of a class, which keeps the edition
-- and the lessons with which it was opened. Issue C, class kit and lecturers.
CREATE TABLE evaluation_set (
    scheme_id UUID NOT NULL REFERENCES scheme (id),
    edition BIGINT NOT NULL CHECK (edition > 0),
    saved_by TEXT,
    saved_at TIMESTAMPTZ,
    PRIMARY KEY (scheme_id, edition)
);
CREATE TABLE evaluation_indicator (
    scheme_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    object TEXT NOT NULL CHECK (object IN ('programme', 'lecturer', 'learners', 'facilities', 'course')),
    text TEXT NOT NULL,
    PRIMARY KEY (scheme_id, edition, seq),
    FOREIGN KEY (scheme_id, edition) REFERENCES evaluation_set (scheme_id, edition)
);
CREATE TABLE evaluation_form (
    class_id UUID PRIMARY KEY REFERENCES class (id),
    scheme_id UUID NOT NULL,
    edition BIGINT NOT NULL,
    closes_on DATE NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (scheme_id, edition) REFERENCES evaluation_set (scheme_id, edition)
);
CREATE TABLE evaluation_block (
    class_id UUID NOT NULL REFERENCES evaluation_form (class_id),
    seq BIGINT NOT NULL,
    lecturer_id UUID NOT NULL REFERENCES account (id),
    topic TEXT NOT NULL,
    PRIMARY KEY (class_id, seq)
);
CREATE INDEX evaluation_block_lecturer ON evaluation_block (lecturer_id);
INSERT INTO evaluation_set (scheme_id, edition) SELECT id, 1 FROM scheme;
INSERT INTO evaluation_indicator (scheme_id, edition, seq, object, text)
SELECT id, 1, 1, 'programme', 'Mục tiêu rõ, đúng với việc đang làm' FROM scheme
UNION ALL
SELECT id, 1, 2, 'programme', 'Nội dung mới, sát thực tế cấp xã' FROM scheme
UNION ALL
SELECT id, 1, 3, 'programme', 'Tỷ lệ giữa lý thuyết và thực hành hợp lý' FROM scheme
UNION ALL
SELECT id, 1, 4, 'programme', 'Tài liệu đủ, dễ dùng' FROM scheme
UNION ALL
SELECT id, 1, 5, 'lecturer', 'Am hiểu chuyên đề' FROM scheme
UNION ALL
SELECT id, 1, 6, 'lecturer', 'Truyền đạt rõ, cuốn hút' FROM scheme
UNION ALL
SELECT id, 1, 7, 'lecturer', 'Liên hệ với thực tế ở cơ sở' FROM scheme
UNION ALL
SELECT id, 1, 8, 'learners', 'Học viên đúng đối tượng' FROM scheme
UNION ALL
SELECT id, 1, 9, 'learners', 'Học viên chủ động tham gia, trao đổi' FROM scheme
UNION ALL
SELECT id, 1, 10, 'learners', 'Học viên chấp hành giờ giấc, nội quy' FROM scheme
UNION ALL
SELECT id, 1, 11, 'facilities', 'Phòng học, thiết bị' FROM scheme
UNION ALL
SELECT id, 1, 12, 'facilities', 'Chỗ ở, ăn uống, nước uống' FROM scheme
UNION ALL
SELECT id, 1, 13, 'facilities', 'Đường truyền, phần mềm học trực tuyến' FROM scheme
UNION ALL
SELECT id, 1, 14, 'course', 'Thông báo, triệu tập kịp thời' FROM scheme
UNION ALL
SELECT id, 1, 15, 'course', 'Lịch học hợp lý' FROM scheme
UNION ALL
SELECT id, 1, 16, 'course', 'Phục vụ, giải đáp của Trường' FROM scheme
UNION ALL
SELECT id, 1, 17, 'course', 'Áp dụng được vào công việc' FROM scheme;
INSERT INTO scheme_rule (scheme_id, key, value, unit, valid_from, valid_to, source)
SELECT scheme_id, 'evaluation_bands', '8:Tốt;6:Khá;4:Trung bình;2:Yếu;0:Kém', 'điểm', valid_from, valid_to, 'TT 10/2017/TT-BNV' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'evaluation_blank_most_percent', '5', '%', valid_from, valid_to, 'TT 10/2017/TT-BNV' FROM scheme_rule WHERE key = 'class_days'
UNION ALL
SELECT scheme_id, 'evaluation_days', '7', 'ngày', valid_from, valid_to, 'thiết lập' FROM scheme_rule WHERE key = 'class_days';
