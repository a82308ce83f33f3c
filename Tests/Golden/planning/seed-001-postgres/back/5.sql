-- Drop RLS policies
DROP POLICY IF EXISTS tenant_isolation_entities ON graph_entities;
DROP POLICY IF EXISTS tenant_isolation_relations ON graph_relations;

-- Disable RLS
ALTER TABLE graph_entities DISABLE ROW LEVEL SECURITY;
ALTER TABLE graph_relations DISABLE ROW LEVEL SECURITY;
