-- What the statement shapes of shapes.txt work on: a shop with every kind of relation.
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist;
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('new', 'paid');
CREATE DOMAIN posint AS integer CHECK (VALUE > 0);
CREATE DOMAIN plaintext AS text;
CREATE TYPE addr AS (street text);

CREATE TABLE customers (id integer PRIMARY KEY, name text);
CREATE TABLE orders (
    id integer PRIMARY KEY, code text NOT NULL, qty integer NOT NULL, gen integer GENERATED ALWAYS AS (qty * 2) STORED,
    note text, tenant_id text DEFAULT '', opt integer, email text, amount numeric(10, 2), placed timestamp, net cidr,
    flags bit(8), fixedc character(10), j json, status mood DEFAULT 'new', size posint, customer_id integer
);
CREATE INDEX orders_code_idx ON orders (code);
CREATE INDEX orders_qty_idx ON orders (qty);
CREATE TABLE order_items (id integer PRIMARY KEY, order_id integer REFERENCES orders (id), what text);
CREATE TABLE ledger (id integer PRIMARY KEY, v integer);
CREATE TABLE loner (id integer, v integer);
CREATE TABLE archive (id integer NOT NULL);
CREATE TABLE base (id integer PRIMARY KEY, x2 integer);
CREATE TABLE derived (y integer) INHERITS (base);
CREATE TABLE ident_t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v integer);
CREATE TABLE serial_t (id serial PRIMARY KEY, v integer);
CREATE SEQUENCE order_seq;

CREATE TABLE events (id integer, at date NOT NULL, v integer) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX events_v_idx ON events (v);
CREATE TABLE standby (id integer, at date NOT NULL, v integer);
CREATE INDEX standby_v_idx ON standby (v);
CREATE TABLE logs (id integer, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE logs_default PARTITION OF logs DEFAULT;
CREATE TABLE logs_standby (id integer, at date NOT NULL);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY orders_pol ON orders USING (tenant_id = current_setting('app.tenant', true));
CREATE FUNCTION add1(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1';
CREATE PROCEDURE p_commit() LANGUAGE plpgsql AS $$ BEGIN UPDATE ledger SET v = v WHERE id = 1; COMMIT; END $$;
CREATE VIEW orders_v AS SELECT id, code FROM orders;
CREATE MATERIALIZED VIEW orders_mv AS SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX orders_mv_uq ON orders_mv (customer_id);
CREATE STATISTICS orders_st ON code, customer_id FROM orders;
CREATE PUBLICATION pub1 FOR TABLE customers;

INSERT INTO customers SELECT g, 'c' || g FROM generate_series(1, 1000) g;
INSERT INTO orders (id, code, qty, note, opt, email, amount, placed, net, flags, fixedc, j, size, customer_id)
SELECT g, 'o' || g, g, 'n', g, 'e' || g, g, '2025-01-01', '10.0.0.0/8', B'10101010', 'f', '{}', g, g % 1000 + 1
FROM generate_series(1, 5000) g;
INSERT INTO order_items SELECT g, g % 5000 + 1, 'x' FROM generate_series(1, 2000) g;
INSERT INTO ledger SELECT g, g FROM generate_series(1, 3000) g;
INSERT INTO events SELECT g, '2024-06-01', g FROM generate_series(1, 100) g;
INSERT INTO events SELECT g, '2025-06-01', g FROM generate_series(1, 100) g;
INSERT INTO standby SELECT g, '2026-06-01', g FROM generate_series(1, 100) g;
INSERT INTO logs SELECT g, '2024-06-01' FROM generate_series(1, 100) g;
INSERT INTO logs SELECT g, '2030-06-01' FROM generate_series(1, 100) g;
INSERT INTO logs_standby SELECT g, '2026-06-01' FROM generate_series(1, 100) g;
INSERT INTO serial_t (v) SELECT g FROM generate_series(1, 100) g;
INSERT INTO ident_t (v) SELECT g FROM generate_series(1, 100) g;
REFRESH MATERIALIZED VIEW orders_mv;
GRANT SELECT ON orders TO app_user;
ANALYZE;
