-- up

-- Where words of a case stand in rooms; `digest` tells a hit from all others, `at` is when it was
-- noticed. Sealed with the case's own key: gone with its evidence.
CREATE TABLE hits (
    digest BLOB PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX hits_by_case ON hits (case_id, at);
CREATE INDEX hits_by_date ON hits (at);

PRAGMA user_version = 5;

-- sample

INSERT INTO hits (digest, case_id, at, sealed) SELECT x'1F', min(id), 9, x'20' FROM cases;

-- must_be_empty

SELECT code FROM cases WHERE code NOT IN (SELECT code FROM codes);
SELECT digest FROM hits WHERE length(digest) = 0 OR length(sealed) = 0;
SELECT case_id FROM hits WHERE case_id NOT IN (SELECT id FROM cases);
