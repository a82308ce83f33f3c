ALTER TABLE users ADD COLUMN tenant text;
CREATE INDEX CONCURRENTLY users_tenant ON users (tenant);
VACUUM users;
