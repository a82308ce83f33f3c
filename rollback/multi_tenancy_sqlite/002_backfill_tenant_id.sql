-- Only rows of the tenant the backfill wrote; other tenants keep theirs. A row the application has since written
-- for the same tenant cannot be told apart: it is reset too, and a second backfill gives it the same tenant again.
UPDATE relations SET tenant_id = NULL WHERE tenant_id = :'tenant';
UPDATE entities SET tenant_id = NULL WHERE tenant_id = :'tenant';
