-- Words by which people are found: a rare word is looked up and nobody else is walked past. Beginnings are ranges: by bytes.
CREATE TABLE person_word (
    person_id UUID NOT NULL REFERENCES person_find (person_id) ON DELETE CASCADE,
    word TEXT COLLATE "C" NOT NULL,
    province_id UUID NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (person_id, word)
);
CREATE INDEX person_word_word ON person_word (province_id, word, words, person_id);
