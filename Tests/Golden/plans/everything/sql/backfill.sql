-- Rows of old tenants.
UPDATE users SET tenant = :'tenant' WHERE tenant IS NULL;
CREATE INDEX users_tenant ON :"schema".users (tenant);
