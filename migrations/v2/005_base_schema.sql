-- V2 at version 005: the database the plan starts from, with generated data.
-- Takes the variable agents: how many agent profiles to generate. Equal sizes give equal rows.
-- Runs inside one transaction that the caller owns; needs a role that may create extensions and roles.

-- 006 and 008 use these. They belong to the base, so that taking back 006 neither drops an extension that
-- something else uses nor leaves one behind. The comment tells the rollback of 005 which were ours.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['vector', 'pg_trgm'] LOOP
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = wanted) THEN
      EXECUTE format('CREATE EXTENSION %I', wanted);
      EXECUTE format('COMMENT ON EXTENSION %I IS %L', wanted, 'Created by migration 005');
    END IF;
  END LOOP;
END
$$;

-- The application's role. Roles belong to the whole cluster, so another database may have created it, even
-- at this moment; whoever did, it must not be one that row level security does not bind.
-- gonogo: accept W601 roles belong to the whole cluster, and other databases may use it
DO $$
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_user') THEN
      CREATE ROLE app_user NOLOGIN NOBYPASSRLS;
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
  END;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_user' AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'role app_user exists and bypasses row level security';
  END IF;
END
$$;

CREATE TABLE schema_migrations (
  version text PRIMARY KEY CHECK (version ~ '^[0-9]{3}$'),   -- fixed width: max() on text sorts right
  applied_at timestamptz DEFAULT now()
);

CREATE TABLE agent_profiles (
  id text PRIMARY KEY,
  name text NOT NULL,
  model_family text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'retired')),
  success_rate numeric(4, 3) NOT NULL CHECK (success_rate BETWEEN 0 AND 1),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE agent_profiles IS 'One row per agent known to the arbiter';

CREATE TABLE performance_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agent_id text NOT NULL REFERENCES agent_profiles (id),
  task_type text NOT NULL,
  latency_ms integer NOT NULL CHECK (latency_ms >= 0),
  succeeded boolean NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_events_agent_time ON performance_events (agent_id, occurred_at DESC);

CREATE TABLE benchmark_datasets (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  curator_id text NOT NULL REFERENCES agent_profiles (id),
  sample_count integer NOT NULL CHECK (sample_count > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_datasets_curator ON benchmark_datasets (curator_id);

CREATE TABLE performance_anomalies (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agent_id text NOT NULL REFERENCES agent_profiles (id),
  event_id bigint NOT NULL REFERENCES performance_events (id),
  kind text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
  detected_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_anomalies_agent ON performance_anomalies (agent_id);
CREATE INDEX idx_anomalies_event ON performance_anomalies (event_id);

CREATE TABLE rl_training_batches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agent_id text NOT NULL REFERENCES agent_profiles (id),
  dataset_id text NOT NULL REFERENCES benchmark_datasets (id),
  sample_count integer NOT NULL CHECK (sample_count > 0),
  mean_reward numeric(6, 4) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_batches_agent ON rl_training_batches (agent_id);
CREATE INDEX idx_batches_dataset ON rl_training_batches (dataset_id);

GRANT SELECT, INSERT, UPDATE, DELETE
  ON agent_profiles, performance_events, benchmark_datasets, performance_anomalies, rl_training_batches
  TO app_user;

-- Numbering starts at 123, so agent-123 exists at every size.
INSERT INTO agent_profiles (id, name, model_family, status, success_rate, created_at, updated_at)
SELECT 'agent-' || (122 + n), 'Agent ' || (122 + n),
  (ARRAY['coder', 'planner', 'reviewer', 'tester'])[1 + n % 4],
  CASE WHEN n % 50 = 0 THEN 'retired' WHEN n % 20 = 0 THEN 'paused' ELSE 'active' END,
  0.500 + (n % 500) / 1000.0,
  timestamptz '2025-01-01 00:00:00+00' + n * interval '1 minute',
  timestamptz '2025-06-01 00:00:00+00' + n * interval '1 minute'
FROM generate_series(1, :'agents'::int) AS n;

INSERT INTO performance_events (agent_id, task_type, latency_ms, succeeded, occurred_at)
SELECT 'agent-' || (122 + n), (ARRAY['code', 'plan', 'review', 'test', 'document'])[e],
  20 + (n * 37 + e * 101) % 900, (n + e) % 11 <> 0,
  timestamptz '2025-07-01 00:00:00+00' + (n * 5 + e) * interval '10 seconds'
FROM generate_series(1, :'agents'::int) AS n, generate_series(1, 5) AS e
ORDER BY n, e;

INSERT INTO benchmark_datasets (id, name, curator_id, sample_count, created_at)
SELECT 'dataset-' || n, 'Dataset ' || n, 'agent-' || (122 + n), 100 + n % 900,
  timestamptz '2025-02-01 00:00:00+00' + n * interval '1 hour'
FROM generate_series(1, (:'agents'::int + 99) / 100) AS n;

INSERT INTO performance_anomalies (agent_id, event_id, kind, severity, detected_at)
SELECT agent_id, id, CASE WHEN succeeded THEN 'latency' ELSE 'failure' END,
  (ARRAY['low', 'medium', 'high'])[1 + latency_ms % 3], occurred_at + interval '1 minute'
FROM performance_events
WHERE latency_ms >= 880
ORDER BY id;

INSERT INTO rl_training_batches (agent_id, dataset_id, sample_count, mean_reward, created_at)
SELECT 'agent-' || (122 + n), 'dataset-' || (1 + n % ((:'agents'::int + 99) / 100)), 32 * (1 + n % 8),
  (n % 200) / 100.0 - 1, timestamptz '2025-08-01 00:00:00+00' + n * interval '1 minute'
FROM generate_series(1, :'agents'::int, 20) AS n;

INSERT INTO schema_migrations (version) VALUES ('001'), ('002'), ('003'), ('004'), ('005');
