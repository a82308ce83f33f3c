-- Rows without a tenant go to :'tenant'; rows that have one keep it.
UPDATE entities SET tenant_id = :'tenant' WHERE tenant_id IS NULL;
UPDATE relations SET tenant_id = :'tenant' WHERE tenant_id IS NULL;
