CREATE POLICY own ON orders USING (tenant = NULLIF(current_setting('app.tenant', true), ''))
  WITH CHECK (tenant = NULLIF(current_setting('app.tenant', true), ''));
CREATE POLICY own ON bills USING (tenant = NULLIF(current_setting('app.tenant_id', true), ''))
  WITH CHECK (tenant = NULLIF(current_setting('app.tenant_id', true), ''));
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE bills ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
