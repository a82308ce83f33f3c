-- Takes back 006_create_knowledge_graph_schema.sql. What was written into its tables since is lost.
-- In order of dependency and without CASCADE: an object that came to depend on these stops the rollback.
DO $$
BEGIN
  IF (SELECT max(version::int) FROM schema_migrations) IS DISTINCT FROM 6 THEN
    RAISE EXCEPTION 'the schema is not at version 006; take back later migrations first';
  END IF;
END
$$;

DROP VIEW caws_provenance_chains;
DROP VIEW agent_connectivity;
DROP VIEW agent_relationship_summary;
DROP VIEW agent_capability_summary;

DROP TABLE entity_chunk_mappings;
DROP TABLE caws_provenance_graph;
DROP TABLE agent_relationships;
DROP TABLE agent_capabilities_graph;

-- Before the types: provenance_hash takes one of them.
DROP FUNCTION compute_provenance_hash();
DROP FUNCTION provenance_hash(text, text, text, integer, entity_type, text, jsonb, timestamptz);
DROP FUNCTION prevent_duplicate_relationships();
DROP FUNCTION touch_last_updated();
DROP FUNCTION set_canonical_name();
DROP FUNCTION normalize_entity_name(text);

DROP TYPE relationship_type;
DROP TYPE entity_type;

DELETE FROM schema_migrations WHERE version = '006';
