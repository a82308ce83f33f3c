DROP INDEX IF EXISTS idx_entities_tenant;
DROP INDEX IF EXISTS idx_entities_tenant_type;
DROP INDEX IF EXISTS idx_relations_tenant;
DROP INDEX IF EXISTS idx_relations_tenant_source;
DROP INDEX IF EXISTS idx_relations_tenant_target;
