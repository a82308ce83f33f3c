-- A constant default is kept in the catalog: no row is rewritten, both tables change in milliseconds.
-- No IF NOT EXISTS: it would accept a column of another type or default that is already here.

-- An ALTER that waits for a lock makes every later query on the table wait behind it: better to fail early.
SET LOCAL lock_timeout = '5s';

ALTER TABLE graph_entities ADD COLUMN tenant_id text NOT NULL DEFAULT '';
ALTER TABLE graph_relations ADD COLUMN tenant_id text NOT NULL DEFAULT '';
