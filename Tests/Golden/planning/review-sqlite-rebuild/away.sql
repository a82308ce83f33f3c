ALTER TABLE kinds RENAME TO kinds_old;
CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO kinds (id, name) SELECT id, name FROM kinds_old;
DROP TABLE kinds_old;
