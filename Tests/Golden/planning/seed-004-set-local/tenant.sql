SET LOCAL app.current_tenant = $1;

-- Test RLS policy enforcement
SET app.current_tenant = 'default-tenant';
SELECT COUNT(*) FROM agent_profiles;

SET app.current_tenant = 'non-existent-tenant';
SELECT COUNT(*) FROM agent_profiles;

-- Reset session
RESET app.current_tenant;
