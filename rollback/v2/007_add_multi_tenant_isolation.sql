-- Takes back 007_add_multi_tenant_isolation.sql. Who owned which row, the tenants and their log are lost, and
-- every row is visible to everybody again: refuses when there is any tenant but the default one.
-- agent_capabilities_graph and the other tables of 006 keep tenant_id: 006 created it.
-- Nobody becomes a tenant between the look and the drop.
LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE;

DO $$
BEGIN
  IF (SELECT max(version::int) FROM schema_migrations) IS DISTINCT FROM 7 THEN
    RAISE EXCEPTION 'the schema is not at version 007; take back later migrations first';
  END IF;
  IF EXISTS (SELECT FROM tenants WHERE id <> 'default-tenant') THEN
    RAISE EXCEPTION 'there are tenants besides the default one: without 007 they would see each other''s rows';
  END IF;
END
$$;

-- FORCE is a flag of its own: it outlives DISABLE.
ALTER TABLE agent_profiles NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_profiles DISABLE ROW LEVEL SECURITY;
ALTER TABLE performance_events NO FORCE ROW LEVEL SECURITY;
ALTER TABLE performance_events DISABLE ROW LEVEL SECURITY;
ALTER TABLE benchmark_datasets NO FORCE ROW LEVEL SECURITY;
ALTER TABLE benchmark_datasets DISABLE ROW LEVEL SECURITY;
ALTER TABLE performance_anomalies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE performance_anomalies DISABLE ROW LEVEL SECURITY;
ALTER TABLE rl_training_batches NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rl_training_batches DISABLE ROW LEVEL SECURITY;
ALTER TABLE agent_capabilities_graph NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_capabilities_graph DISABLE ROW LEVEL SECURITY;
ALTER TABLE agent_relationships NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_relationships DISABLE ROW LEVEL SECURITY;
ALTER TABLE caws_provenance_graph NO FORCE ROW LEVEL SECURITY;
ALTER TABLE caws_provenance_graph DISABLE ROW LEVEL SECURITY;
ALTER TABLE entity_chunk_mappings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE entity_chunk_mappings DISABLE ROW LEVEL SECURITY;

DROP POLICY tenant_federated_access ON performance_events;
DROP POLICY tenant_shared_access ON agent_profiles;
DROP POLICY tenant_chunk_isolation ON entity_chunk_mappings;
DROP POLICY tenant_provenance_isolation ON caws_provenance_graph;
DROP POLICY tenant_relationship_isolation ON agent_relationships;
DROP POLICY tenant_capability_isolation ON agent_capabilities_graph;
DROP POLICY tenant_rl_batch_isolation ON rl_training_batches;
DROP POLICY tenant_anomaly_isolation ON performance_anomalies;
DROP POLICY tenant_benchmark_isolation ON benchmark_datasets;
DROP POLICY tenant_event_isolation ON performance_events;
DROP POLICY tenant_strict_isolation ON agent_profiles;

DROP INDEX idx_chunks_tenant;
ALTER TABLE entity_chunk_mappings DROP CONSTRAINT entity_chunk_mappings_tenant_fk;
ALTER TABLE entity_chunk_mappings ALTER COLUMN tenant_id SET DEFAULT 'default-tenant';
DROP INDEX idx_provenance_tenant;
ALTER TABLE caws_provenance_graph DROP CONSTRAINT caws_provenance_graph_tenant_fk;
ALTER TABLE caws_provenance_graph ALTER COLUMN tenant_id SET DEFAULT 'default-tenant';
DROP INDEX idx_relationships_tenant;
ALTER TABLE agent_relationships DROP CONSTRAINT agent_relationships_tenant_fk;
ALTER TABLE agent_relationships ALTER COLUMN tenant_id SET DEFAULT 'default-tenant';
DROP INDEX idx_capabilities_tenant;
ALTER TABLE agent_capabilities_graph DROP CONSTRAINT agent_capabilities_graph_tenant_fk;
ALTER TABLE agent_capabilities_graph ALTER COLUMN tenant_id SET DEFAULT 'default-tenant';

-- The index and the foreign key go with the column.
ALTER TABLE rl_training_batches DROP COLUMN tenant_id;
ALTER TABLE performance_anomalies DROP COLUMN tenant_id;
ALTER TABLE benchmark_datasets DROP COLUMN tenant_id;
ALTER TABLE performance_events DROP COLUMN tenant_id;
ALTER TABLE agent_profiles DROP COLUMN tenant_id;

DROP TABLE tenant_privacy_config;
DROP TABLE tenants;
DROP FUNCTION audit_tenant_change();
DROP FUNCTION tenants_open_to_current(isolation_level);
DROP FUNCTION log_tenant_access(text, text, jsonb);
DROP TABLE tenant_access_log;

DROP TYPE retention_policy;
DROP TYPE privacy_level;
DROP TYPE isolation_level;

DELETE FROM schema_migrations WHERE version = '007';
