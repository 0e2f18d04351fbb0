-- up

-- Who is on call by agreement, in the order of agreeing; `sealed` says who, and instead of whom.
CREATE TABLE watches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ends INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX watches_by_end ON watches (ends);

-- What somebody offers; `digest` is of their name.
CREATE TABLE offers (
    digest BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done once and is not to be done again.
CREATE TABLE notes (
    digest BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX notes_by_date ON notes (at);

PRAGMA user_version = 3;

-- sample

INSERT INTO watches (ends, sealed) VALUES (9, x'18');
INSERT INTO offers (digest, sealed) VALUES (x'19', x'1A');
INSERT INTO notes (digest, at) VALUES (x'1B', 9);

-- must_be_empty

SELECT code FROM cases WHERE code NOT IN (SELECT code FROM codes);
SELECT id FROM watches WHERE length(sealed) = 0;
SELECT digest FROM offers WHERE length(digest) = 0 OR length(sealed) = 0;
SELECT digest FROM notes WHERE length(digest) = 0;
