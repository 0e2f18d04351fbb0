-- up

-- People of the roster who may not act; `sealed` says who, and by whom.
CREATE TABLE suspensions (
    digest BLOB PRIMARY KEY,
    at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 2;

-- sample

INSERT INTO suspensions (digest, at, sealed) VALUES (x'16', 9, x'17');

-- must_be_empty

SELECT code FROM cases WHERE code NOT IN (SELECT code FROM codes);
SELECT digest FROM suspensions WHERE length(digest) = 0 OR length(sealed) = 0;
