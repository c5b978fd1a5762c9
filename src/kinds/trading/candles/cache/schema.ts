// The tables of the cache of candles. Nothing in it is the only copy of anything: a later version may begin anew.
export const VERSION = 1

export const CREATE = `
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    venue TEXT NOT NULL,
    native TEXT NOT NULL,
    symbol TEXT NOT NULL,
    timeframe TEXT NOT NULL,
    instrument TEXT NOT NULL,
    UNIQUE (venue, native, timeframe)
  ) STRICT;
  CREATE TABLE chunk (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    candles INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (series, slot)
  ) STRICT;
  -- What the venue was asked for and has answered: a candle that is missing here is missing there.
  CREATE TABLE asked (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    PRIMARY KEY (series, from_at)
  ) STRICT;
  -- What all downloads on this machine have asked of a venue lately, and until when it wants to hear of nobody.
  CREATE TABLE spent (venue TEXT NOT NULL, at INTEGER NOT NULL, weight INTEGER NOT NULL) STRICT;
  CREATE INDEX spent_by_time ON spent (venue, at);
  CREATE TABLE pause (venue TEXT PRIMARY KEY, until_at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${VERSION};
`
