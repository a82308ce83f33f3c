-- A constant default is kept in the catalog: no row is rewritten, both tables change in milliseconds.
-- No IF NOT EXISTS: it would accept a column of another type or default that is already here.

ALTER TABLE graph_entities ADD COLUMN tenant_id text NOT NULL DEFAULT '';
ALTER TABLE graph_relations ADD COLUMN tenant_id text NOT NULL DEFAULT '';
