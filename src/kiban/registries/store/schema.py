"""Tables of the registers. A row of ``record`` is one belief about one state; rows are ended, never deleted."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
  id INTEGER PRIMARY KEY, registry TEXT NOT NULL, key TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT,
  version INTEGER NOT NULL, ended INTEGER, recorded_at TEXT NOT NULL, data TEXT NOT NULL, source TEXT NOT NULL,
  line INTEGER NOT NULL, quality TEXT NOT NULL, name_key TEXT NOT NULL, kana_key TEXT NOT NULL, area TEXT NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS record_words
  USING fts5 (name, tokenize = 'trigram', content = '', detail = 'none', columnsize = 0);
CREATE TABLE IF NOT EXISTS version (
  registry TEXT NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL, as_of TEXT NOT NULL, given_by TEXT NOT NULL,
  recorded_at TEXT NOT NULL, digest TEXT NOT NULL, basis TEXT NOT NULL, PRIMARY KEY (registry, number)
);
CREATE TABLE IF NOT EXISTS change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, registry TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
  version INTEGER NOT NULL, valid_from TEXT NOT NULL, recorded_at TEXT NOT NULL, fields TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS change_registry ON change (registry, seq);
CREATE INDEX IF NOT EXISTS change_withdrawn ON change (registry, key, version) WHERE kind = 'withdrawn';
CREATE TABLE IF NOT EXISTS deemed_filing (
  programme TEXT NOT NULL, change INTEGER NOT NULL, key TEXT NOT NULL, law TEXT NOT NULL, fields TEXT NOT NULL,
  changed_on TEXT NOT NULL, deemed_at TEXT NOT NULL, effect TEXT NOT NULL, PRIMARY KEY (programme, change)
);
CREATE TABLE IF NOT EXISTS own_filing (
  programme TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (programme, key, field, value)
);
CREATE TABLE IF NOT EXISTS event (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, occurred_at TEXT NOT NULL, agency TEXT NOT NULL,
  subject TEXT NOT NULL, data TEXT NOT NULL, told INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS event_waiting ON event (number) WHERE told = 0;
CREATE TABLE IF NOT EXISTS position (subscriber TEXT PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS subscriber (
  name TEXT PRIMARY KEY, registry TEXT NOT NULL, url TEXT NOT NULL, area TEXT NOT NULL, keys TEXT NOT NULL,
  seq INTEGER NOT NULL, upto INTEGER NOT NULL,
  tries INTEGER NOT NULL, next_try TEXT NOT NULL, refused TEXT NOT NULL, since TEXT NOT NULL
);
"""
PRESENT = "ended IS NULL AND valid_to IS NULL"
INDEXES = {
    "record_key": "CREATE INDEX IF NOT EXISTS record_key ON record (registry, key, ended)",
    **{
        name: f"CREATE INDEX IF NOT EXISTS {name} ON record {columns} WHERE {PRESENT}"
        for name, columns in (
            ("record_name", "(registry, name_key)"),
            ("record_kana", "(registry, kana_key)"),
            ("record_area", "(registry, area, key)"),
        )
    },
}
"""Those over the records in force and that of the keys: each with the statement that makes it."""
