-- Enable Row-Level Security
ALTER TABLE graph_entities ENABLE ROW LEVEL SECURITY;
ALTER TABLE graph_relations ENABLE ROW LEVEL SECURITY;

-- Force RLS even for table owners
ALTER TABLE graph_entities FORCE ROW LEVEL SECURITY;
ALTER TABLE graph_relations FORCE ROW LEVEL SECURITY;

-- Create RLS policies
CREATE POLICY tenant_isolation_entities ON graph_entities
    USING (tenant_id = current_setting('app.current_tenant_id', true));

CREATE POLICY tenant_isolation_relations ON graph_relations
    USING (tenant_id = current_setting('app.current_tenant_id', true));

-- Verify RLS enabled
SELECT 
    schemaname, 
    tablename, 
    rowsecurity AS rls_enabled 
FROM pg_tables 
WHERE tablename IN ('graph_entities', 'graph_relations');

-- Verify policies created
SELECT 
    schemaname,
    tablename,
    policyname,
    permissive,
    roles,
    qual
FROM pg_policies
WHERE tablename IN ('graph_entities', 'graph_relations');
