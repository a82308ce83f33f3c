-- Only rows of the tenant the backfill wrote; other tenants keep theirs. A row the application has since written
-- for the same tenant cannot be told apart: it is reset too, and a second backfill gives it the same tenant again.
-- gonogo: accept W649 a row written since for this tenant gets it again with the next backfill
UPDATE relations SET tenant_id = NULL WHERE tenant_id = :'tenant';
-- gonogo: accept W649 a row written since for this tenant gets it again with the next backfill
UPDATE entities SET tenant_id = NULL WHERE tenant_id = :'tenant';
