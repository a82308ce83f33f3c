-- Takes back 005_base_schema.sql, with all data in it.
-- The role app_user stays: it belongs to the cluster, and other databases may use it.
LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE;

DO $$
BEGIN
  IF (SELECT max(version::int) FROM schema_migrations) <> 5 THEN
    RAISE EXCEPTION 'a later migration than 005 is applied; take that back first';
  END IF;
END
$$;

DROP TABLE rl_training_batches;
DROP TABLE performance_anomalies;
DROP TABLE benchmark_datasets;
DROP TABLE performance_events;
DROP TABLE agent_profiles;
DROP TABLE schema_migrations;

-- Only what 005 created; without CASCADE, so one that something else uses by now refuses to go.
DO $$
DECLARE
  ours text;
BEGIN
  FOR ours IN
    SELECT extname FROM pg_extension
    WHERE obj_description(oid, 'pg_extension') = 'Created by migration 005'
    ORDER BY extname
  LOOP
    EXECUTE format('DROP EXTENSION %I', ours);
  END LOOP;
END
$$;
