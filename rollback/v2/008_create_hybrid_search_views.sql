-- Takes back 008_create_hybrid_search_views.sql. The recorded searches are lost.
-- In order of dependency and without CASCADE: an object that came to depend on these stops the rollback.
DO $$
BEGIN
  IF (SELECT max(version::int) FROM schema_migrations) IS DISTINCT FROM 8 THEN
    RAISE EXCEPTION 'the schema is not at version 008; take back later migrations first';
  END IF;
END
$$;

DROP VIEW search_performance_by_type;
DROP VIEW popular_search_queries;
DROP VIEW slow_search_queries;
DROP FUNCTION log_search_session(text, text, integer, double precision);
DROP TABLE graph_search_sessions;

DROP FUNCTION compute_agent_centrality();
DROP FUNCTION hybrid_search(vector, text, integer, integer);
DROP FUNCTION hybrid_search_candidates(vector, integer);
DROP FUNCTION find_similar_caws_verdicts(vector, integer, double precision);
DROP FUNCTION find_similar_capabilities(vector, integer, double precision);
DROP FUNCTION find_agent_path(text, text, integer);
DROP FUNCTION traverse_agent_relationships(text, integer, relationship_type[]);
DROP FUNCTION refresh_hybrid_search_index();

DROP MATERIALIZED VIEW hybrid_search_materialized;
DROP VIEW hybrid_search_index;

DELETE FROM schema_migrations WHERE version = '008';
