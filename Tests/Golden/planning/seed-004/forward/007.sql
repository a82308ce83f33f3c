-- Multi-tenant isolation: tenants, a tenant for every row, and row level security that holds it.
-- The application says who it works for with set_config('app.current_tenant', ..., true), once per transaction.
-- Runs inside one transaction that the caller owns; the application is stopped meanwhile.

DO $$
BEGIN
  IF (SELECT max(version::int) FROM schema_migrations) IS DISTINCT FROM 6 THEN
    RAISE EXCEPTION 'the schema is not at version 006';
  END IF;
  -- FORCE binds the owner too. A migration role that the policies bind would from here on count nothing,
  -- refresh 008's materialized view to empty, and be unable to back up.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'the migration role needs BYPASSRLS';
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_user' AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'app_user bypasses row level security';
  END IF;
END
$$;

-- strict: nobody else reads. shared: profiles are read among shared tenants. federated: events are read among
-- federated tenants that allow it. Nobody ever writes rows of another tenant.
CREATE TYPE isolation_level AS ENUM ('strict', 'shared', 'federated');
CREATE TYPE privacy_level AS ENUM ('public', 'internal', 'confidential');
CREATE TYPE retention_policy AS ENUM ('days_30', 'days_90', 'year_1', 'unlimited');

CREATE TABLE tenants (
  id text PRIMARY KEY CHECK (id ~ '\S'),
  name text NOT NULL,
  isolation_level isolation_level NOT NULL DEFAULT 'strict',
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tenant_privacy_config (
  tenant_id text PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
  privacy_level privacy_level NOT NULL DEFAULT 'confidential',
  retention_policy retention_policy NOT NULL DEFAULT 'year_1',
  allow_federation boolean NOT NULL DEFAULT false
);

-- No foreign key to tenants: access by, or to, a tenant that does not exist is what an audit looks for.
CREATE TABLE tenant_access_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text,
  target_tenant_id text,
  action text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  role_name text NOT NULL DEFAULT session_user,
  client_address inet DEFAULT inet_client_addr(),
  logged_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tenant_access_log IS 'Changes of tenants and access the application reports; not readable by it';
CREATE INDEX idx_access_log_tenant ON tenant_access_log (tenant_id, logged_at);

-- The application cannot write the log itself, so it cannot write that somebody else did something.
CREATE FUNCTION log_tenant_access(target_tenant_id text, action text, detail jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  INSERT INTO tenant_access_log (tenant_id, target_tenant_id, action, detail)
  VALUES (NULLIF(current_setting('app.current_tenant', true), ''), $1, $2, $3)
$$;
REVOKE EXECUTE ON FUNCTION log_tenant_access(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_tenant_access(text, text, jsonb) TO app_user;

CREATE FUNCTION audit_tenant_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
  PERFORM log_tenant_access(coalesce(changed ->> 'tenant_id', changed ->> 'id'),
    lower(TG_OP) || ' ' || TG_TABLE_NAME, changed);
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_tenants AFTER INSERT OR UPDATE OR DELETE ON tenants
  FOR EACH ROW EXECUTE FUNCTION audit_tenant_change();
CREATE TRIGGER audit_tenant_privacy AFTER INSERT OR UPDATE OR DELETE ON tenant_privacy_config
  FOR EACH ROW EXECUTE FUNCTION audit_tenant_change();

INSERT INTO tenants (id, name, isolation_level) VALUES ('default-tenant', 'Default tenant', 'strict');
INSERT INTO tenant_privacy_config (tenant_id) VALUES ('default-tenant');

-- Which tenants' rows the current one may read besides its own. As its definer, because app_user may not
-- read tenants; a session without a tenant, or with an unknown one, gets none.
CREATE FUNCTION tenants_open_to_current(level isolation_level) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT owner.id
  FROM tenants reader
  JOIN tenants owner ON owner.isolation_level = reader.isolation_level
  LEFT JOIN tenant_privacy_config reader_privacy ON reader_privacy.tenant_id = reader.id
  LEFT JOIN tenant_privacy_config owner_privacy ON owner_privacy.tenant_id = owner.id
  WHERE reader.id = NULLIF(current_setting('app.current_tenant', true), '')
    AND reader.isolation_level = $1
    AND ($1 <> 'federated' OR (reader_privacy.allow_federation AND owner_privacy.allow_federation))
$$;
REVOKE EXECUTE ON FUNCTION tenants_open_to_current(isolation_level) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants_open_to_current(isolation_level) TO app_user;

-- A constant default fills the existing rows without rewriting the tables.
ALTER TABLE agent_profiles ADD COLUMN tenant_id text NOT NULL DEFAULT 'default-tenant';
ALTER TABLE performance_events ADD COLUMN tenant_id text NOT NULL DEFAULT 'default-tenant';
ALTER TABLE benchmark_datasets ADD COLUMN tenant_id text NOT NULL DEFAULT 'default-tenant';
ALTER TABLE performance_anomalies ADD COLUMN tenant_id text NOT NULL DEFAULT 'default-tenant';
ALTER TABLE rl_training_batches ADD COLUMN tenant_id text NOT NULL DEFAULT 'default-tenant';

-- From here on a row belongs to whoever writes it; written for nobody, it is refused.
ALTER TABLE agent_profiles ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE performance_events ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE benchmark_datasets ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE performance_anomalies ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE rl_training_batches ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE agent_capabilities_graph ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE agent_relationships ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE caws_provenance_graph ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');
ALTER TABLE entity_chunk_mappings ALTER COLUMN tenant_id SET DEFAULT NULLIF(current_setting('app.current_tenant', true), '');

ALTER TABLE agent_profiles ADD CONSTRAINT agent_profiles_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE performance_events ADD CONSTRAINT performance_events_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE benchmark_datasets ADD CONSTRAINT benchmark_datasets_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE performance_anomalies ADD CONSTRAINT performance_anomalies_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE rl_training_batches ADD CONSTRAINT rl_training_batches_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE agent_capabilities_graph ADD CONSTRAINT agent_capabilities_graph_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE agent_relationships ADD CONSTRAINT agent_relationships_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE caws_provenance_graph ADD CONSTRAINT caws_provenance_graph_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);
ALTER TABLE entity_chunk_mappings ADD CONSTRAINT entity_chunk_mappings_tenant_fk FOREIGN KEY (tenant_id) REFERENCES tenants (id);

CREATE INDEX idx_profiles_tenant ON agent_profiles (tenant_id);
CREATE INDEX idx_events_tenant ON performance_events (tenant_id);
CREATE INDEX idx_datasets_tenant ON benchmark_datasets (tenant_id);
CREATE INDEX idx_anomalies_tenant ON performance_anomalies (tenant_id);
CREATE INDEX idx_batches_tenant ON rl_training_batches (tenant_id);
CREATE INDEX idx_capabilities_tenant ON agent_capabilities_graph (tenant_id);
CREATE INDEX idx_relationships_tenant ON agent_relationships (tenant_id);
CREATE INDEX idx_provenance_tenant ON caws_provenance_graph (tenant_id);
CREATE INDEX idx_chunks_tenant ON entity_chunk_mappings (tenant_id);

-- An own-rows policy for each table. current_setting is NULL when the tenant was never set and '' after
-- RESET; NULLIF makes both NULL, which equals no tenant_id.
CREATE POLICY tenant_strict_isolation ON agent_profiles
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_event_isolation ON performance_events
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_benchmark_isolation ON benchmark_datasets
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_anomaly_isolation ON performance_anomalies
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_rl_batch_isolation ON rl_training_batches
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_capability_isolation ON agent_capabilities_graph
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_relationship_isolation ON agent_relationships
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_provenance_isolation ON caws_provenance_graph
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
CREATE POLICY tenant_chunk_isolation ON entity_chunk_mappings
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));

-- Policies of one table are ORed, so these add to what the ones above allow: to reading only, and only rows
-- of tenants that chose to share.
-- gonogo: accept W668 sharing with other tenants is what it is for
CREATE POLICY tenant_shared_access ON agent_profiles FOR SELECT
  USING (tenant_id = ANY (ARRAY(SELECT tenants_open_to_current('shared'))));
-- gonogo: accept W668 sharing with other tenants is what it is for
CREATE POLICY tenant_federated_access ON performance_events FOR SELECT
  USING (tenant_id = ANY (ARRAY(SELECT tenants_open_to_current('federated'))));

-- FORCE: the owner of a table is bound like everybody else.
ALTER TABLE agent_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_profiles FORCE ROW LEVEL SECURITY;
ALTER TABLE performance_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_events FORCE ROW LEVEL SECURITY;
ALTER TABLE benchmark_datasets ENABLE ROW LEVEL SECURITY;
ALTER TABLE benchmark_datasets FORCE ROW LEVEL SECURITY;
ALTER TABLE performance_anomalies ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_anomalies FORCE ROW LEVEL SECURITY;
ALTER TABLE rl_training_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE rl_training_batches FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_capabilities_graph ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_capabilities_graph FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_relationships ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_relationships FORCE ROW LEVEL SECURITY;
ALTER TABLE caws_provenance_graph ENABLE ROW LEVEL SECURITY;
ALTER TABLE caws_provenance_graph FORCE ROW LEVEL SECURITY;
ALTER TABLE entity_chunk_mappings ENABLE ROW LEVEL SECURITY;
ALTER TABLE entity_chunk_mappings FORCE ROW LEVEL SECURITY;

INSERT INTO schema_migrations (version) VALUES ('007');
