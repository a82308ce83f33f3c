-- No IF NOT EXISTS: an index of this name that is already here may be on other columns.
CREATE INDEX idx_entities_tenant ON entities (tenant_id);
CREATE INDEX idx_entities_tenant_type ON entities (tenant_id, entity_type);
CREATE INDEX idx_relations_tenant ON relations (tenant_id);
CREATE INDEX idx_relations_tenant_source ON relations (tenant_id, source_id);
CREATE INDEX idx_relations_tenant_target ON relations (tenant_id, target_id);
