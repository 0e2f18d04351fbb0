-- up

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys are wrapped by their parent; those of a month by the key derived from the root key.
CREATE TABLE keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL,
    scope TEXT NOT NULL,
    parent INTEGER REFERENCES keys (id),
    wrapped BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    UNIQUE (purpose, scope)
) STRICT;

CREATE INDEX keys_by_parent ON keys (parent);

-- Every code ever given out, for cases and pages; none is used twice.
CREATE TABLE codes (
    code TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- `face` is sealed: kind, lead, and what comes next.
CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE REFERENCES codes (code),
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    opened_at INTEGER NOT NULL,
    next_at INTEGER,
    evidence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    face BLOB NOT NULL,
    CHECK (status = 'closed' OR next_at IS NOT NULL)
) STRICT;

CREATE INDEX cases_by_date ON cases (status, next_at);

CREATE TABLE facts (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    spine BLOB NOT NULL,
    keep TEXT NOT NULL CHECK (keep IN ('transcript', 'evidence', 'record')),
    body BLOB,
    removed_at INTEGER,
    PRIMARY KEY (case_id, seq),
    CHECK (body IS NULL OR removed_at IS NULL)
) STRICT;

CREATE TABLE marks (
    kind TEXT NOT NULL CHECK (kind IN ('party', 'link')),
    digest BLOB NOT NULL,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    seq INTEGER NOT NULL,
    PRIMARY KEY (kind, digest, case_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX marks_by_fact ON marks (case_id, seq);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    identity BLOB NOT NULL UNIQUE,
    phrase BLOB UNIQUE,
    case_code TEXT UNIQUE,
    seen_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE timers (
    digest BLOB PRIMARY KEY,
    due INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX timers_by_due ON timers (due);

CREATE TABLE inbound (
    digest BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX inbound_by_age ON inbound (at);

-- `head` stays with the row; `payload` is gone once nobody needs it. `unwanted` is set on a row
-- in somebody's hands whose page was taken meanwhile: it is not tried again.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    lane INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 3),
    state TEXT NOT NULL CHECK (
        state IN ('pending', 'inflight', 'sent', 'uncertain', 'done', 'dead', 'held')
    ),
    unwanted INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    case_code TEXT,
    page_code TEXT,
    reason TEXT NOT NULL DEFAULT '',
    head BLOB NOT NULL,
    payload BLOB,
    CHECK (payload IS NULL OR state NOT IN ('sent', 'done', 'dead')),
    CHECK (payload IS NOT NULL OR state IN ('sent', 'done', 'dead'))
) STRICT;

CREATE INDEX outbox_by_lane ON outbox (lane, next_at, id)
    WHERE state IN ('pending', 'uncertain');
CREATE INDEX outbox_by_date ON outbox (next_at)
    WHERE state IN ('pending', 'uncertain');
CREATE INDEX outbox_by_state ON outbox (state, case_code);
CREATE INDEX outbox_by_page ON outbox (page_code) WHERE page_code IS NOT NULL;

CREATE TABLE pages (
    code TEXT PRIMARY KEY REFERENCES codes (code),
    case_code TEXT,
    state TEXT NOT NULL CHECK (state IN ('ringing', 'acked', 'ended')),
    opened_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX pages_by_state ON pages (state, opened_at);
CREATE INDEX pages_by_case ON pages (case_code, opened_at) WHERE case_code IS NOT NULL;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    case_code TEXT,
    sealed BLOB NOT NULL,
    mac BLOB NOT NULL
) STRICT;

CREATE INDEX audit_by_case ON audit (case_code) WHERE case_code IS NOT NULL;

PRAGMA user_version = 1;

-- sample

INSERT INTO meta (name, value) VALUES ('instance', x'00');
INSERT INTO keys (id, purpose, scope, parent, wrapped, made_at)
VALUES (1, 'epoch', '2026-11', NULL, x'01', 1);
INSERT INTO keys (id, purpose, scope, parent, wrapped, made_at)
VALUES (2, 'spine', 'C-000001', 1, x'02', 1);
INSERT INTO codes (code) VALUES ('C-000001');
INSERT INTO codes (code) VALUES ('E-000001');
INSERT INTO cases (id, code, status, opened_at, next_at, evidence, version, face)
VALUES (1, 'C-000001', 'open', 1, 2, 1, 2, x'03');
INSERT INTO facts (case_id, seq, spine, keep, body) VALUES (1, 1, x'04', 'evidence', x'05');
INSERT INTO facts (case_id, seq, spine, keep, removed_at) VALUES (1, 2, x'06', 'transcript', 9);
INSERT INTO marks (kind, digest, case_id, seq) VALUES ('party', x'07', 1, 1);
INSERT INTO sessions (ref, identity, phrase, case_code, seen_at, sealed)
VALUES ('r', x'08', x'09', 'C-000001', 3, x'0a');
INSERT INTO timers (digest, due, sealed) VALUES (x'0b', 4, x'0c');
INSERT INTO inbound (digest, at) VALUES (x'0d', 5);
INSERT INTO outbox (digest, lane, state, created_at, next_at, page_code, head, payload)
VALUES (x'0e', 0, 'pending', 6, 6, 'E-000001', x'0f', x'10');
INSERT INTO outbox (digest, lane, state, created_at, next_at, head)
VALUES (x'11', 3, 'sent', 6, 6, x'12');
INSERT INTO pages (code, case_code, state, opened_at, sealed)
VALUES ('E-000001', 'C-000001', 'ringing', 7, x'13');
INSERT INTO audit (id, at, case_code, sealed, mac) VALUES (1, 8, 'C-000001', x'14', x'15');

-- must_be_empty

SELECT code FROM cases WHERE code NOT IN (SELECT code FROM codes);
SELECT code FROM pages WHERE code NOT IN (SELECT code FROM codes);
SELECT seq FROM facts WHERE case_id NOT IN (SELECT id FROM cases);
SELECT cases.code FROM cases
WHERE cases.version <> (SELECT max(facts.seq) FROM facts WHERE facts.case_id = cases.id);
SELECT id FROM keys WHERE parent IS NULL AND purpose <> 'epoch';
