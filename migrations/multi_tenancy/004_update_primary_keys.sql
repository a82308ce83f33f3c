-- Composite primary keys (id, tenant_id) from unique indexes that were built concurrently before.
-- A primary key cannot go while foreign keys refer to it: they are dropped first and made again on both columns,
-- which holds both ends of a relation in its own tenant.

ALTER TABLE graph_relations
    DROP CONSTRAINT graph_relations_source_id_fkey,
    DROP CONSTRAINT graph_relations_target_id_fkey;

-- The index takes the name of the constraint.
ALTER TABLE graph_entities
    DROP CONSTRAINT graph_entities_pkey,
    ADD CONSTRAINT graph_entities_pkey PRIMARY KEY USING INDEX graph_entities_id_tenant_key;
ALTER TABLE graph_relations
    DROP CONSTRAINT graph_relations_pkey,
    ADD CONSTRAINT graph_relations_pkey PRIMARY KEY USING INDEX graph_relations_id_tenant_key;

-- NOT VALID: reading every relation under this lock would stop all writes; VALIDATE does it afterwards without.
-- DEFERRABLE, so that entities and relations can still be moved from one tenant to another in one transaction.
ALTER TABLE graph_relations
    ADD CONSTRAINT graph_relations_source_id_fkey
        FOREIGN KEY (source_id, tenant_id) REFERENCES graph_entities (id, tenant_id)
        ON DELETE CASCADE DEFERRABLE NOT VALID,
    ADD CONSTRAINT graph_relations_target_id_fkey
        FOREIGN KEY (target_id, tenant_id) REFERENCES graph_entities (id, tenant_id)
        ON DELETE CASCADE DEFERRABLE NOT VALID;
