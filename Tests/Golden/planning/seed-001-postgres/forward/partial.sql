-- Keep tenant_id columns but disable RLS
DROP POLICY IF EXISTS tenant_isolation_entities ON graph_entities;
DROP POLICY IF EXISTS tenant_isolation_relations ON graph_relations;
ALTER TABLE graph_entities DISABLE ROW LEVEL SECURITY;
ALTER TABLE graph_relations DISABLE ROW LEVEL SECURITY;

-- Reset tenant_id to empty/NULL
UPDATE graph_entities SET tenant_id = '';
UPDATE graph_relations SET tenant_id = '';
