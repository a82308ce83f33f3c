CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT);
CREATE INDEX orders_note ON orders (note);
CREATE VIEW noted AS SELECT id FROM orders WHERE note IS NOT NULL;
