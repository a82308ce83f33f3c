-- Reset to empty string default
UPDATE graph_entities SET tenant_id = '' WHERE tenant_id IN ('default', 'legacy_default');
UPDATE graph_relations SET tenant_id = '' WHERE tenant_id IN ('default', 'legacy_default');
