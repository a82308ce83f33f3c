-- Without the column every row looks alike, so rows of a tenant other than the backfilled one must not be here.

-- Before the check, so that none can be added between the check and the drop.
LOCK TABLE graph_entities, graph_relations IN ACCESS EXCLUSIVE MODE;

DO $$
BEGIN
    IF EXISTS (SELECT FROM graph_entities WHERE tenant_id <> '')
        OR EXISTS (SELECT FROM graph_relations WHERE tenant_id <> '')
    THEN
        RAISE EXCEPTION 'rows of other tenants exist and would be mixed'
            USING HINT = 'Move them out of graph_entities and graph_relations, or keep the column.';
    END IF;
END
$$;

ALTER TABLE graph_relations DROP COLUMN tenant_id;
ALTER TABLE graph_entities DROP COLUMN tenant_id;
