-- Option A: Assign all existing data to 'default' tenant
UPDATE graph_entities 
SET tenant_id = 'default' 
WHERE tenant_id = '';

UPDATE graph_relations 
SET tenant_id = 'default' 
WHERE tenant_id = '';

-- Option B: Assign to 'legacy' tenant
UPDATE graph_entities 
SET tenant_id = 'legacy_default' 
WHERE tenant_id = '';

UPDATE graph_relations 
SET tenant_id = 'legacy_default' 
WHERE tenant_id = '';

-- Verify backfill
SELECT 
    tenant_id, 
    COUNT(*) as entity_count 
FROM graph_entities 
GROUP BY tenant_id;

SELECT 
    tenant_id, 
    COUNT(*) as relation_count 
FROM graph_relations 
GROUP BY tenant_id;
