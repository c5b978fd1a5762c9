// The journal's tables: the n-th step makes version n of the file. What has shipped is never edited: add the next one, and
// say so with `npm run keep-schemas`. Whoever opens a journal to write takes it forward (schema.ts).

/** What counts of a record against the plan. Counted as it changes: a gigabyte is not added up at every start. */
const RECORD_BYTES = (row: 'new' | 'old') =>
  `(octet_length(${row}.collection) + octet_length(${row}.key) + octet_length(${row}.data))`
const first = `
CREATE TABLE identity (id TEXT NOT NULL) STRICT;
INSERT INTO identity VALUES (lower(hex(randomblob(16))));
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL DEFAULT 'event' CHECK (what IN ('event', 'keep', 'forget')),
  id TEXT, at TEXT NOT NULL, type TEXT, data TEXT, collection TEXT, key TEXT, subject TEXT, epoch INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_count ON outbox (what);
CREATE INDEX outbox_notice ON outbox (id) WHERE type = 'notice';
CREATE INDEX outbox_keep ON outbox (collection, key) WHERE what = 'keep';
CREATE INDEX outbox_subject ON outbox (subject) WHERE subject IS NOT NULL;
CREATE TABLE records (
  collection TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, subject TEXT, PRIMARY KEY (collection, key)
) STRICT;
CREATE INDEX records_subject ON records (subject) WHERE subject IS NOT NULL;
CREATE TABLE records_size (bytes INTEGER NOT NULL) STRICT;
INSERT INTO records_size VALUES (0);
CREATE TRIGGER records_added AFTER INSERT ON records BEGIN
  UPDATE records_size SET bytes = bytes + ${RECORD_BYTES('new')};
END;
CREATE TRIGGER records_changed AFTER UPDATE ON records BEGIN
  UPDATE records_size SET bytes = bytes + ${RECORD_BYTES('new')} - ${RECORD_BYTES('old')};
END;
CREATE TRIGGER records_removed AFTER DELETE ON records BEGIN
  UPDATE records_size SET bytes = bytes - ${RECORD_BYTES('old')};
END;
CREATE TABLE state (tbl TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID;
CREATE TABLE intents (
  row INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'acting', 'done', 'unknown', 'dropped')),
  data TEXT NOT NULL, result TEXT,
  due_at INTEGER NOT NULL, planned_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX intents_open ON intents (type, due_at) WHERE state IN ('planned', 'acting');
CREATE INDEX intents_acting ON intents (type, due_at) WHERE state = 'acting';
CREATE INDEX intents_closed ON intents (changed_at) WHERE state NOT IN ('planned', 'acting');
CREATE TABLE flushed (n INTEGER NOT NULL) STRICT;
INSERT INTO flushed VALUES (0);
`

export const JOURNAL_STEPS: readonly string[] = [first]
