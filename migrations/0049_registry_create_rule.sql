-- What the statistics and the training ledgers count by, as dated rows with their source: issue B, statistics and training history.
-- The rows hold for every province; a new value is a row with a later beginning, nothing is overwritten.
CREATE TABLE registry_rule (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    unit TEXT NOT NULL,
    valid_from DATE NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (key, valid_from)
);
INSERT INTO registry_rule (key, value, unit, valid_from, source) VALUES
    ('age_bands', '31;41;51;61', 'tuổi', '1900-01-01', 'thiết lập: dưới 31, 31–40, 41–50, 51–60, từ 61');
