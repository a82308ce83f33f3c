-- Rollback migration 006

-- Drop tables in reverse dependency order
DROP TABLE IF EXISTS entity_chunk_mappings CASCADE;
DROP TABLE IF EXISTS caws_provenance_graph CASCADE;
DROP TABLE IF EXISTS agent_relationships CASCADE;
DROP TABLE IF EXISTS agent_capabilities_graph CASCADE;

-- Drop types
DROP TYPE IF EXISTS relationship_type;
DROP TYPE IF EXISTS entity_type;

-- Drop functions
DROP FUNCTION IF EXISTS normalize_entity_name CASCADE;
DROP FUNCTION IF EXISTS set_canonical_name CASCADE;
DROP FUNCTION IF EXISTS prevent_duplicate_relationships CASCADE;
DROP FUNCTION IF EXISTS compute_provenance_hash CASCADE;

-- Drop views
DROP VIEW IF EXISTS agent_capability_summary CASCADE;
DROP VIEW IF EXISTS agent_relationship_summary CASCADE;
DROP VIEW IF EXISTS agent_connectivity CASCADE;
DROP VIEW IF EXISTS caws_provenance_chains CASCADE;


-- Restore from backup if necessary
-- pg_restore -h $DB_HOST -U $DB_USER -d $DB_NAME -c $BACKUP_FILE
