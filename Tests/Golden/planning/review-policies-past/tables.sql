CREATE TABLE orders (id integer PRIMARY KEY, tenant text NOT NULL DEFAULT 'default');
CREATE POLICY own ON orders USING (tenant = NULLIF(current_setting('app.tenant', true), ''))
  WITH CHECK (tenant = NULLIF(current_setting('app.tenant', true), ''));
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE VIEW totals AS SELECT tenant, count(*) FROM orders GROUP BY tenant;
CREATE VIEW own_totals WITH (security_invoker = true) AS SELECT count(*) FROM orders;
CREATE VIEW for_operators AS SELECT tenant FROM orders;
CREATE TABLE notes (id integer PRIMARY KEY, tenant text NOT NULL);
CREATE TABLE kinds (id integer PRIMARY KEY);
GRANT SELECT ON totals, own_totals, notes, kinds, orders TO app;
