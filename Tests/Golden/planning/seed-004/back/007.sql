-- Rollback migration 007

-- Disable RLS on all tables
ALTER TABLE agent_profiles DISABLE ROW LEVEL SECURITY;
ALTER TABLE performance_events DISABLE ROW LEVEL SECURITY;
ALTER TABLE benchmark_datasets DISABLE ROW LEVEL SECURITY;
ALTER TABLE agent_capabilities_graph DISABLE ROW LEVEL SECURITY;
ALTER TABLE performance_anomalies DISABLE ROW LEVEL SECURITY;
ALTER TABLE rl_training_batches DISABLE ROW LEVEL SECURITY;

-- Drop RLS policies
DROP POLICY IF EXISTS tenant_strict_isolation ON agent_profiles;
DROP POLICY IF EXISTS tenant_shared_access ON agent_profiles;
DROP POLICY IF EXISTS tenant_federated_access ON performance_events;
DROP POLICY IF EXISTS tenant_benchmark_isolation ON benchmark_datasets;
DROP POLICY IF EXISTS tenant_capability_isolation ON agent_capabilities_graph;
DROP POLICY IF EXISTS tenant_anomaly_isolation ON performance_anomalies;
DROP POLICY IF EXISTS tenant_rl_batch_isolation ON rl_training_batches;

-- Remove tenant_id columns (dangerous - data loss risk)
-- Only do if migration completely failed
ALTER TABLE agent_profiles DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE performance_events DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE benchmark_datasets DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE agent_capabilities_graph DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE performance_anomalies DROP COLUMN IF EXISTS tenant_id;
ALTER TABLE rl_training_batches DROP COLUMN IF EXISTS tenant_id;

-- Drop tenant tables
DROP TABLE IF EXISTS tenant_access_log CASCADE;
DROP TABLE IF EXISTS tenant_privacy_config CASCADE;
DROP TABLE IF EXISTS tenants CASCADE;

-- Drop types
DROP TYPE IF EXISTS retention_policy;
DROP TYPE IF EXISTS privacy_level;
DROP TYPE IF EXISTS isolation_level;

