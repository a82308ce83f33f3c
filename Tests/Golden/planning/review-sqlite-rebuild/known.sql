CREATE TABLE notes_new (id INTEGER PRIMARY KEY, text TEXT);
INSERT INTO notes_new (id, text) SELECT id, text FROM notes;
DROP TABLE notes;
ALTER TABLE notes_new RENAME TO notes;
CREATE TABLE tags_kept AS SELECT id, name FROM tags;
DROP TABLE tags;
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO tags (id, name) SELECT id, name FROM tags_kept;
DROP TABLE tags_kept;
