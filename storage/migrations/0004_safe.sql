-- up

-- What a transport must not forget; `kind` is a digest as well, the name is sealed with the value.
CREATE TABLE safe (
    digest BLOB PRIMARY KEY,
    kind BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX safe_by_kind ON safe (kind);

PRAGMA user_version = 4;

-- sample

INSERT INTO safe (digest, kind, sealed) VALUES (x'1C', x'1D', x'1E');

-- must_be_empty

SELECT code FROM cases WHERE code NOT IN (SELECT code FROM codes);
SELECT digest FROM safe WHERE length(digest) = 0 OR length(kind) = 0 OR length(sealed) = 0;
