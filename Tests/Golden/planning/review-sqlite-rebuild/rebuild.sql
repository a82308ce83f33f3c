CREATE TABLE orders_new (id INTEGER PRIMARY KEY, note TEXT, kind TEXT);
INSERT INTO orders_new (id, note) SELECT id, note FROM orders;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
