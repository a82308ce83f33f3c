DROP INDEX idx_relations_tenant_target;
DROP INDEX idx_relations_tenant_source;
DROP INDEX idx_relations_tenant;
DROP INDEX idx_entities_tenant_type;
DROP INDEX idx_entities_tenant;
