-- plan ce8b27cb959c47789968129b7ea18e7d2f91246715ab90e68aeff64af59606e4
-- v2-hybrid-vector-graph (v2.runbook.yaml)
-- target prod: PostgreSQL, v2 at pg1:5432
-- target archive: SQLite, archive.db

-- phase 1 backup: Back up and list what the backup holds (v2.runbook.yaml:12)
-- step backup/1 on prod (v2.runbook.yaml:12)
--   run: /bin/sh -c pg_dump -Fc --file=v2.dump

-- phase 2 baseline (v2.runbook.yaml:12)
-- precondition baseline/precondition-1 (v2.runbook.yaml:12): the schema is 005: "005"
--   SELECT 1
-- precondition baseline/precondition-2 (v2.runbook.yaml:12): server version: at least 13
--   SELECT 1
-- step baseline/1 on prod (v2.runbook.yaml:12)
--   capture counts: SELECT count(*) FROM agent_profiles
-- step baseline/2 on prod (v2.runbook.yaml:12)
--   capture rows: SELECT * FROM agent_profiles ORDER BY id
-- check baseline/check-1 (v2.runbook.yaml:12): no long transaction: 0
--   SELECT 1
-- gate: Rehearsal passed, backup verified, counts recorded. Start the production migration?

-- phase 3 m006: Knowledge graph (v2.runbook.yaml:12)
-- step m006/1 on prod (migrations/006_create_knowledge_graph_schema.sql)
-- setting lock_timeout = 5s
-- as owner
-- BEGIN
-- migrations/006_create_knowledge_graph_schema.sql:1
CREATE TYPE capability AS ENUM ('a', 'b');
-- migrations/006_create_knowledge_graph_schema.sql:2
CREATE TABLE agent_capabilities_graph (id uuid);
-- COMMIT
-- check m006/check-1 (v2.runbook.yaml:12): four tables: exactly "nodes", "edges"
--   SELECT tablename FROM pg_tables
-- check m006/check-2 (v2.runbook.yaml:12): counts as captured: as captured in `counts`
--   SELECT 1

-- phase 4 m007 (v2.runbook.yaml:12)
-- step m007/1 on prod (migrations/007_add_multi_tenant_isolation.sql)
-- BEGIN
-- migrations/007_add_multi_tenant_isolation.sql:1
ALTER TABLE agent_profiles ADD COLUMN tenant_id text;
-- migrations/007_add_multi_tenant_isolation.sql:2
UPDATE agent_profiles SET tenant_id = 'x';
-- COMMIT
-- check m007/other-rows-hidden (v2.runbook.yaml:12): unknown tenant sees nothing: 0
--   SELECT count(*) FROM agent_profiles
-- check m007/refused (v2.runbook.yaml:12): a foreign row is refused: an error with SQLSTATE 42501 and "row-level security"
--   INSERT INTO agent_profiles VALUES (1)

-- phase 5 m008 (v2.runbook.yaml:12)
-- step m008/1 on prod (migrations/008_create_hybrid_search_views.sql)
-- BEGIN
-- migrations/008_create_hybrid_search_views.sql:1
CREATE VIEW v AS SELECT 1;
-- COMMIT
-- step m008/2 on prod (v2.runbook.yaml:12)
-- BEGIN
-- v2.runbook.yaml:1
ANALYZE;
-- COMMIT

-- phase 6 indexes (v2.runbook.yaml:12)
-- only if indexes/if (v2.runbook.yaml:12): the table is large: rows
--   SELECT 1
-- step indexes/1 on prod (v2.runbook.yaml:12)
-- passed over when indexes/done-when (v2.runbook.yaml:12): index i is valid: 0
--   SELECT 1
-- v2.runbook.yaml:1
CREATE INDEX CONCURRENTLY i ON agent_profiles (tenant_id);

-- phase 7 verify (v2.runbook.yaml:12)
-- check verify/check-1 (v2.runbook.yaml:12): vector search uses its index: a plan that uses index `idx_capabilities_embedding`
--   SELECT 1

-- phase 8 archive (v2.runbook.yaml:12)
-- skipped: archive is false, not true

-- phase 9 enable-app (v2.runbook.yaml:12)
-- gate: Start the application?
-- step enable-app/1 on prod (v2.runbook.yaml:12)
--   run: systemctl start v2-app

-- rollback of phase enable-app: irreversible (customers write at once)

-- rollback of phase verify: none (reads only)

-- rollback of phase indexes (v2.runbook.yaml:12)
-- step indexes/rollback/1 on prod (rollback/indexes.sql)
-- BEGIN
-- rollback/indexes.sql:1
-- DROP TABLE indexes;
-- COMMIT

-- rollback of phase m008 (v2.runbook.yaml:12)
-- step m008/rollback/1 on prod (rollback/008_create_hybrid_search_views.sql)
-- BEGIN
-- rollback/008_create_hybrid_search_views.sql:1
-- DROP TABLE m008;
-- COMMIT

-- rollback of phase m007 (v2.runbook.yaml:12)
-- step m007/rollback/1 on prod (rollback/007_add_multi_tenant_isolation.sql)
-- BEGIN
-- rollback/007_add_multi_tenant_isolation.sql:1
-- DROP TABLE m007;
-- COMMIT

-- rollback of phase m006 (v2.runbook.yaml:12)
-- step m006/rollback/1 on prod (rollback/006_create_knowledge_graph_schema.sql)
-- BEGIN
-- rollback/006_create_knowledge_graph_schema.sql:1
-- DROP TABLE m006;
-- COMMIT

-- rollback of phase baseline: none (reads only)

-- rollback of phase backup: none (a file more)
