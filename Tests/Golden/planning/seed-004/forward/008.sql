-- Hybrid search: one index over everything searchable, traversal of the graph, and what searches cost.
-- Runs inside one transaction that the caller owns.
--
-- Tenants: row level security cannot be put on a materialized view, and a plain view reads with its owner's
-- rights (security_invoker exists only from PostgreSQL 15). So app_user gets neither. It gets functions: those
-- over tables run with its own rights, under the policies of 007; the one over the materialized view runs
-- with its definer's and names the tenant itself.

DO $$
BEGIN
  IF (SELECT max(version::int) FROM schema_migrations) IS DISTINCT FROM 7 THEN
    RAISE EXCEPTION 'the schema is not at version 007';
  END IF;
  -- A role that the policies bind would fill the materialized view with nothing, and not be told.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'the migration role needs BYPASSRLS';
  END IF;
END
$$;

CREATE VIEW hybrid_search_index AS
SELECT tenant_id, 'agent'::entity_type AS entity_kind, id AS entity_id, id AS agent_id,
  normalize_entity_name(name) AS label, success_rate AS confidence, NULL::vector(768) AS embedding
FROM agent_profiles
UNION ALL
SELECT tenant_id, 'capability', id::text, agent_id, canonical_name, confidence, embedding
FROM agent_capabilities_graph
UNION ALL
SELECT tenant_id, 'verdict', id::text, NULL, chain_id || ' ' || verdict, 1, embedding
FROM caws_provenance_graph;

CREATE MATERIALIZED VIEW hybrid_search_materialized AS
SELECT tenant_id, entity_kind, entity_id, agent_id, label, confidence, embedding
FROM hybrid_search_index;

-- The unique index is what REFRESH ... CONCURRENTLY asks for.
CREATE UNIQUE INDEX idx_hybrid_entity ON hybrid_search_materialized (tenant_id, entity_kind, entity_id);
CREATE INDEX idx_hybrid_embedding ON hybrid_search_materialized USING hnsw (embedding vector_cosine_ops);

CREATE FUNCTION refresh_hybrid_search_index() RETURNS void LANGUAGE sql
SET search_path = public, pg_temp
AS $$ REFRESH MATERIALIZED VIEW CONCURRENTLY hybrid_search_materialized $$;
REVOKE EXECUTE ON FUNCTION refresh_hybrid_search_index() FROM PUBLIC;

-- Every agent within max_hops of start_agent, at its least distance; edges count both ways. UNION drops
-- agents met again at the same distance, so dense graphs cost hops times edges, not paths.
CREATE FUNCTION traverse_agent_relationships(
  start_agent text, max_hops integer DEFAULT 2, kinds relationship_type[] DEFAULT NULL
) RETURNS TABLE (agent_id text, hops integer) LANGUAGE sql STABLE
AS $$
  WITH RECURSIVE reached (agent, distance) AS (
    SELECT $1, 0
    UNION
    SELECT next.agent, r.distance + 1
    FROM reached r
    CROSS JOIN LATERAL (
      SELECT e.target_agent_id FROM agent_relationships e
      WHERE e.source_agent_id = r.agent AND ($3 IS NULL OR e.relationship = ANY ($3))
      UNION ALL
      SELECT e.source_agent_id FROM agent_relationships e
      WHERE e.target_agent_id = r.agent AND ($3 IS NULL OR e.relationship = ANY ($3))
    ) AS next (agent)
    WHERE r.distance < least($2, 10)
  )
  SELECT agent, min(distance) FROM reached WHERE agent <> $1 GROUP BY agent ORDER BY 2, 1
$$;

-- The agents of a shortest path, ends included; no row where there is none. Breadth first: an agent is
-- remembered with the one it was first reached from.
CREATE FUNCTION find_agent_path(from_agent text, to_agent text, max_hops integer DEFAULT 6)
RETURNS TABLE (step integer, agent_id text) LANGUAGE plpgsql STABLE
AS $$
DECLARE
  reached_from jsonb := jsonb_build_object(from_agent, NULL);
  frontier text[] := ARRAY[from_agent];
  found jsonb;
  path text[] := ARRAY[to_agent];
BEGIN
  FOR hop IN 1 .. least(max_hops, 20) LOOP
    EXIT WHEN reached_from ? to_agent;
    SELECT jsonb_object_agg(edge.far, edge.near) INTO found
    FROM (
      SELECT DISTINCT ON (far) far, near
      FROM (
        SELECT e.source_agent_id, e.target_agent_id FROM agent_relationships e
        WHERE e.source_agent_id = ANY (frontier)
        UNION ALL
        SELECT e.target_agent_id, e.source_agent_id FROM agent_relationships e
        WHERE e.target_agent_id = ANY (frontier)
      ) AS both_ways (near, far)
      WHERE NOT reached_from ? far
      ORDER BY far, near
    ) AS edge;
    EXIT WHEN found IS NULL;
    reached_from := reached_from || found;
    frontier := ARRAY(SELECT jsonb_object_keys(found));
  END LOOP;
  IF NOT reached_from ? to_agent THEN
    RETURN;
  END IF;
  WHILE path[1] <> from_agent LOOP
    path := (reached_from ->> path[1]) || path;
  END LOOP;
  RETURN QUERY SELECT (ordinality - 1)::integer, member FROM unnest(path) WITH ORDINALITY AS p (member, ordinality);
END
$$;

CREATE FUNCTION find_similar_capabilities(
  query vector, result_limit integer DEFAULT 10, least_similarity double precision DEFAULT 0
) RETURNS TABLE (capability_id uuid, agent_id text, canonical_name text, similarity double precision)
LANGUAGE sql STABLE
AS $$
  SELECT * FROM (
    SELECT c.id, c.agent_id, c.canonical_name, 1 - (c.embedding <=> $1) AS similarity
    FROM agent_capabilities_graph c
    WHERE c.embedding IS NOT NULL
    ORDER BY c.embedding <=> $1
    LIMIT $2
  ) AS nearest
  WHERE similarity >= $3
$$;

CREATE FUNCTION find_similar_caws_verdicts(
  query vector, result_limit integer DEFAULT 10, least_similarity double precision DEFAULT 0
) RETURNS TABLE (verdict_id bigint, chain_id text, verdict text, similarity double precision)
LANGUAGE sql STABLE
AS $$
  SELECT * FROM (
    SELECT g.id, g.chain_id, g.verdict, 1 - (g.embedding <=> $1) AS similarity
    FROM caws_provenance_graph g
    WHERE g.embedding IS NOT NULL
    ORDER BY g.embedding <=> $1
    LIMIT $2
  ) AS nearest
  WHERE similarity >= $3
$$;

CREATE FUNCTION hybrid_search_candidates(query vector, result_limit integer)
RETURNS TABLE (entity_kind entity_type, entity_id text, agent_id text, label text, similarity double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT m.entity_kind, m.entity_id, m.agent_id, m.label, 1 - (m.embedding <=> $1)
  FROM hybrid_search_materialized m
  WHERE m.embedding IS NOT NULL AND m.tenant_id = NULLIF(current_setting('app.current_tenant', true), '')
  ORDER BY m.embedding <=> $1
  LIMIT $2
$$;
REVOKE EXECUTE ON FUNCTION hybrid_search_candidates(vector, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hybrid_search_candidates(vector, integer) TO app_user;

-- Nearest by meaning, and among those, sooner what is near start_agent in the graph.
CREATE FUNCTION hybrid_search(
  query vector, start_agent text DEFAULT NULL, max_hops integer DEFAULT 2, result_limit integer DEFAULT 10
) RETURNS TABLE (
  entity_kind entity_type, entity_id text, agent_id text, label text,
  similarity double precision, hops integer, score double precision
) LANGUAGE sql STABLE
AS $$
  SELECT c.entity_kind, c.entity_id, c.agent_id, c.label, c.similarity, t.hops,
    c.similarity + coalesce(0.2 / t.hops, 0)
  FROM hybrid_search_candidates($1, $4 * 4) c
  LEFT JOIN traverse_agent_relationships($2, $3) t ON t.agent_id = c.agent_id
  ORDER BY 7 DESC, c.entity_kind, c.entity_id
  LIMIT $4
$$;

-- Share of the other agents that an agent is directly connected to.
CREATE FUNCTION compute_agent_centrality()
RETURNS TABLE (agent_id text, degree bigint, centrality double precision) LANGUAGE sql STABLE
AS $$
  WITH ends (agent, neighbour) AS (
    SELECT source_agent_id, target_agent_id FROM agent_relationships
    UNION
    SELECT target_agent_id, source_agent_id FROM agent_relationships
  ), degrees AS (
    SELECT agent, count(*) AS degree FROM ends GROUP BY agent
  )
  SELECT agent, degree, degree::double precision / greatest(count(*) OVER () - 1, 1)
  FROM degrees ORDER BY 2 DESC, 1
$$;

CREATE TABLE graph_search_sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL DEFAULT NULLIF(current_setting('app.current_tenant', true), '') REFERENCES tenants (id),
  search_type text NOT NULL CHECK (search_type IN ('vector', 'graph', 'hybrid')),
  query_text text NOT NULL,
  result_count integer NOT NULL CHECK (result_count >= 0),
  duration_ms double precision NOT NULL CHECK (duration_ms >= 0),
  searched_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_search_sessions_tenant ON graph_search_sessions (tenant_id, searched_at);
CREATE POLICY tenant_search_isolation ON graph_search_sessions
  USING (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''))
  WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant', true), ''));
ALTER TABLE graph_search_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE graph_search_sessions FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON graph_search_sessions TO app_user;

CREATE FUNCTION log_search_session(
  search_type text, query_text text, result_count integer, duration_ms double precision
) RETURNS bigint LANGUAGE sql
AS $$
  INSERT INTO graph_search_sessions (search_type, query_text, result_count, duration_ms)
  VALUES ($1, $2, $3, $4) RETURNING id
$$;

-- For operators, over all tenants: no grant to app_user.
CREATE VIEW slow_search_queries AS
SELECT tenant_id, search_type, query_text, result_count, duration_ms, searched_at
FROM graph_search_sessions
WHERE duration_ms > 100;

CREATE VIEW popular_search_queries AS
SELECT tenant_id, query_text, count(*) AS searches, avg(duration_ms) AS mean_duration_ms
FROM graph_search_sessions
GROUP BY tenant_id, query_text;

CREATE VIEW search_performance_by_type AS
SELECT search_type, count(*) AS searches, avg(duration_ms) AS mean_duration_ms,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95_duration_ms
FROM graph_search_sessions
GROUP BY search_type;

INSERT INTO schema_migrations (version) VALUES ('008');
