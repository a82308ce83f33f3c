-- Rows without a tenant go to :'tenant'; rows that have one keep it.

-- Composite foreign keys, once there are any, include the tenant: they can hold only when both tables are done.
SET CONSTRAINTS ALL DEFERRED;

UPDATE graph_entities SET tenant_id = :'tenant' WHERE tenant_id = '';
UPDATE graph_relations SET tenant_id = :'tenant' WHERE tenant_id = '';
