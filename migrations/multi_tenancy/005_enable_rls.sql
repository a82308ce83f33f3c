-- Row level security for everyone but superusers and roles with BYPASSRLS; FORCE includes the owner.

-- A setting that was set and reset is '' and not NULL. NULLIF makes both mean "no tenant": otherwise such a
-- session would own the rows whose tenant_id is still ''.
-- WITH CHECK spells out for writes what USING says for reads.
CREATE POLICY tenant_isolation_entities ON graph_entities
    USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), ''))
    WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), ''));
CREATE POLICY tenant_isolation_relations ON graph_relations
    USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), ''))
    WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), ''));

ALTER TABLE graph_entities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE graph_relations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
