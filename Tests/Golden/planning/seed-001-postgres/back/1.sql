-- Remove tenant_id columns
ALTER TABLE graph_entities DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE graph_relations DROP COLUMN IF EXISTS tenant_id;
