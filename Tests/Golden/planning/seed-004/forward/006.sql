-- Knowledge graph: capabilities and relationships of agents, provenance of verdicts, with embeddings.
-- Runs inside one transaction that the caller owns.

DO $$
BEGIN
  IF (SELECT max(version::int) FROM schema_migrations) IS DISTINCT FROM 5 THEN
    RAISE EXCEPTION 'the schema is not at version 005';
  END IF;
  -- Extensions belong to the base schema (005); HNSW came with pgvector 0.5.
  IF NOT EXISTS (SELECT FROM pg_am WHERE amname = 'hnsw') THEN
    RAISE EXCEPTION 'extension vector is missing, or older than 0.5';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    RAISE EXCEPTION 'extension pg_trgm is missing';
  END IF;
END
$$;

CREATE TYPE entity_type AS ENUM ('agent', 'capability', 'verdict', 'task', 'artifact');
CREATE TYPE relationship_type AS ENUM (
  'collaborates_with', 'similar_to', 'delegates_to', 'depends_on', 'learned_from', 'validates'
);

CREATE FUNCTION normalize_entity_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(btrim(regexp_replace(name, '\s+', ' ', 'g'))) $$;

-- tenant_id comes with the table, because no row of a new table should ever be without one; tenants
-- themselves, and the policies, come with 007.
-- agent_id has no foreign key: capabilities are also extracted for agents that have not registered yet.
-- Orphans are counted after the migration instead.
CREATE TABLE agent_capabilities_graph (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  agent_id text NOT NULL,
  capability_name text NOT NULL CHECK (capability_name ~ '\S'),
  canonical_name text NOT NULL,
  entity_kind entity_type NOT NULL DEFAULT 'capability',
  confidence numeric(4, 3) NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  extraction_confidence numeric(4, 3) NOT NULL CHECK (extraction_confidence BETWEEN 0 AND 1),
  embedding vector(768),
  metadata jsonb NOT NULL DEFAULT '{}',
  tenant_id text NOT NULL DEFAULT 'default-tenant',
  created_at timestamptz NOT NULL DEFAULT now(),
  last_updated timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, agent_id, canonical_name)
);
COMMENT ON COLUMN agent_capabilities_graph.embedding IS 'NULL until the embedding job has seen the row';

CREATE TABLE agent_relationships (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_agent_id text NOT NULL,
  target_agent_id text NOT NULL,
  relationship relationship_type NOT NULL,
  strength numeric(4, 3) NOT NULL DEFAULT 0.5 CHECK (strength BETWEEN 0 AND 1),
  tenant_id text NOT NULL DEFAULT 'default-tenant',
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (source_agent_id <> target_agent_id),
  UNIQUE (tenant_id, source_agent_id, target_agent_id, relationship)
);

-- A chain is the verdicts on one subject; each row carries the hash of the row before it.
CREATE TABLE caws_provenance_graph (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  chain_id text NOT NULL,
  position integer NOT NULL,
  subject_kind entity_type NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('pass', 'fail', 'waived')),
  payload jsonb NOT NULL DEFAULT '{}',
  embedding vector(768),
  previous_hash text,
  hash text NOT NULL,
  tenant_id text NOT NULL DEFAULT 'default-tenant',
  recorded_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, chain_id, position)   -- a chain cannot fork
);
COMMENT ON TABLE caws_provenance_graph IS 'Append only; caws_provenance_chains tells whether a chain is intact';

CREATE TABLE entity_chunk_mappings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  capability_id uuid NOT NULL REFERENCES agent_capabilities_graph (id) ON DELETE CASCADE,
  chunk_id text NOT NULL,
  excerpt text NOT NULL,
  extraction_confidence numeric(4, 3) NOT NULL CHECK (extraction_confidence BETWEEN 0 AND 1),
  tenant_id text NOT NULL DEFAULT 'default-tenant',
  UNIQUE (capability_id, chunk_id)
);

CREATE FUNCTION set_canonical_name() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  NEW.canonical_name := normalize_entity_name(NEW.capability_name);
  RETURN NEW;
END
$$;
CREATE TRIGGER set_capability_canonical_name BEFORE INSERT OR UPDATE ON agent_capabilities_graph
  FOR EACH ROW EXECUTE FUNCTION set_canonical_name();

CREATE FUNCTION touch_last_updated() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  NEW.last_updated := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER update_capabilities_last_updated BEFORE UPDATE ON agent_capabilities_graph
  FOR EACH ROW EXECUTE FUNCTION touch_last_updated();

-- Symmetric relationships are stored one way round; the unique constraint then refuses the mirror image too.
CREATE FUNCTION prevent_duplicate_relationships() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  source text := NEW.source_agent_id;
BEGIN
  IF NEW.relationship IN ('collaborates_with', 'similar_to')
    AND NEW.source_agent_id COLLATE "C" > NEW.target_agent_id COLLATE "C" THEN
    NEW.source_agent_id := NEW.target_agent_id;
    NEW.target_agent_id := source;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER prevent_duplicate_relationship BEFORE INSERT OR UPDATE ON agent_relationships
  FOR EACH ROW EXECUTE FUNCTION prevent_duplicate_relationships();

-- One text for both who writes and who verifies. Independent of session settings and of the server's version.
CREATE FUNCTION provenance_hash(
  previous_hash text, tenant_id text, chain_id text, "position" integer, subject_kind entity_type,
  verdict text, payload jsonb, recorded_at timestamptz
) RETURNS text LANGUAGE sql STABLE
AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    previous_hash, tenant_id, chain_id, "position", subject_kind, verdict, payload,
    to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
  )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION compute_provenance_hash() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
  last record;
BEGIN
  -- One writer per tenant at a time: two would follow the same predecessor.
  PERFORM pg_advisory_xact_lock(hashtext('caws_provenance_graph'), hashtext(NEW.tenant_id));
  SELECT g.position, g.hash INTO last FROM caws_provenance_graph g
  WHERE g.tenant_id = NEW.tenant_id AND g.chain_id = NEW.chain_id
  ORDER BY g.position DESC LIMIT 1;
  NEW.position := coalesce(last.position, 0) + 1;
  NEW.previous_hash := last.hash;
  NEW.hash := provenance_hash(NEW.previous_hash, NEW.tenant_id, NEW.chain_id, NEW.position,
    NEW.subject_kind, NEW.verdict, NEW.payload, NEW.recorded_at);
  RETURN NEW;
END
$$;
CREATE TRIGGER chain_provenance BEFORE INSERT ON caws_provenance_graph
  FOR EACH ROW EXECUTE FUNCTION compute_provenance_hash();

-- What is known already: one capability per agent, from its profile, and who works with whom. Keys and times
-- derive from the profiles, so that a second application gives the same rows.
-- Real embeddings are filled in later by a job; up to 1000 stand-ins let the index be tried before that.
INSERT INTO agent_capabilities_graph
  (id, agent_id, capability_name, confidence, extraction_confidence, created_at, last_updated, embedding)
SELECT md5(p.id)::uuid, p.id, p.model_family, p.success_rate, 0.900, p.updated_at, p.updated_at,
  CASE WHEN p.n <= 1000 THEN
    (SELECT array_agg((hashint8(p.n * 1000 + d) / 2147483648.0)::real ORDER BY d)
     FROM generate_series(1, 768) AS d)::vector(768)
  END
FROM (SELECT id, model_family, success_rate, updated_at, row_number() OVER (ORDER BY created_at, id) AS n
      FROM agent_profiles) AS p;

INSERT INTO agent_relationships (source_agent_id, target_agent_id, relationship, strength, created_at)
SELECT p.id, other.id, other.kind, p.success_rate, p.updated_at
FROM (SELECT *, lead(id) OVER by_age AS next_id, lead(id, 10) OVER by_age AS far_id
      FROM agent_profiles WINDOW by_age AS (ORDER BY created_at, id)) AS p
CROSS JOIN LATERAL (
  VALUES (p.next_id, 'collaborates_with'::relationship_type), (p.far_id, 'delegates_to')
) AS other (id, kind)
WHERE other.id IS NOT NULL
ORDER BY p.created_at, p.id, other.kind;

INSERT INTO caws_provenance_graph (chain_id, subject_kind, verdict, payload, embedding, recorded_at)
SELECT d.id, 'artifact'::entity_type, 'pass', jsonb_build_object('samples', d.sample_count), c.embedding, d.created_at
FROM benchmark_datasets d
JOIN agent_capabilities_graph c ON c.agent_id = d.curator_id
ORDER BY d.created_at, d.id;

INSERT INTO entity_chunk_mappings (capability_id, chunk_id, excerpt, extraction_confidence)
SELECT id, 'profile:' || agent_id, capability_name, extraction_confidence
FROM agent_capabilities_graph;

-- After the rows: building an index once is faster than growing it.
CREATE INDEX idx_capabilities_embedding ON agent_capabilities_graph
  USING hnsw (embedding vector_cosine_ops);
CREATE INDEX idx_provenance_embedding ON caws_provenance_graph
  USING hnsw (embedding vector_cosine_ops);
CREATE INDEX idx_capabilities_agent ON agent_capabilities_graph (agent_id);
CREATE INDEX idx_capabilities_name ON agent_capabilities_graph USING gin (canonical_name gin_trgm_ops);
CREATE INDEX idx_relationships_source ON agent_relationships (source_agent_id);
CREATE INDEX idx_relationships_target ON agent_relationships (target_agent_id);

-- A view reads with its owner's rights, which row level security may not bind (security_invoker exists only
-- from PostgreSQL 15). These show tenant_id, and are for operators: app_user gets no grant on them.
CREATE VIEW agent_capability_summary AS
SELECT tenant_id, agent_id, count(*) AS capabilities, count(embedding) AS embedded,
  round(avg(confidence), 3) AS mean_confidence, max(last_updated) AS last_updated
FROM agent_capabilities_graph
GROUP BY tenant_id, agent_id;

CREATE VIEW agent_relationship_summary AS
SELECT tenant_id, relationship, count(*) AS relationships, round(avg(strength), 3) AS mean_strength
FROM agent_relationships
GROUP BY tenant_id, relationship;

CREATE VIEW agent_connectivity AS
SELECT tenant_id, agent_id, sum(outgoing) AS outgoing, sum(incoming) AS incoming
FROM (
  SELECT tenant_id, source_agent_id AS agent_id, 1 AS outgoing, 0 AS incoming FROM agent_relationships
  UNION ALL
  SELECT tenant_id, target_agent_id, 0, 1 FROM agent_relationships
) AS ends
GROUP BY tenant_id, agent_id;

CREATE VIEW caws_provenance_chains AS
SELECT tenant_id, chain_id, count(*) AS length, max(recorded_at) AS last_recorded_at,
  bool_and(follows AND hash = expected_hash) AS intact
FROM (
  SELECT tenant_id, chain_id, hash, recorded_at,
    position = row_number() OVER chain AND previous_hash IS NOT DISTINCT FROM lag(hash) OVER chain AS follows,
    provenance_hash(previous_hash, tenant_id, chain_id, position, subject_kind, verdict, payload, recorded_at)
      AS expected_hash
  FROM caws_provenance_graph
  WINDOW chain AS (PARTITION BY tenant_id, chain_id ORDER BY position)
) AS links
GROUP BY tenant_id, chain_id;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON agent_capabilities_graph, agent_relationships, entity_chunk_mappings TO app_user;
GRANT SELECT, INSERT ON caws_provenance_graph TO app_user;

INSERT INTO schema_migrations (version) VALUES ('006');
