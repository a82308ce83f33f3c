CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE orders_kept (id INTEGER PRIMARY KEY);
INSERT INTO orders (id, notes) VALUES (1, 'x');
INSERT INTO orders_kept SELECT * FROM orders;
ALTER TABLE orders ADD COLUMN note TEXT;
CREATE INDEX orders_note ON orders (nowhere);
CREATE TABLE orders (id INTEGER PRIMARY KEY);
