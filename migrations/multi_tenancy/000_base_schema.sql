-- The knowledge graph before multi-tenancy, with :'entities' entities and twice as many relations.
-- The data depends on nothing but that number, so that two databases made alike hold the same rows.
CREATE TABLE graph_entities (
    id text NOT NULL,
    entity_type text NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    embedding bytea,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT graph_entities_pkey PRIMARY KEY (id)
);

-- gonogo: accept W648 the indexes come with the tenants, as in the databases that this stands for
CREATE TABLE graph_relations (
    id text NOT NULL,
    relation_type text NOT NULL,
    source_id text NOT NULL,
    target_id text NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    weight double precision DEFAULT 1.0,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT graph_relations_pkey PRIMARY KEY (id),
    CONSTRAINT graph_relations_source_id_fkey
        FOREIGN KEY (source_id) REFERENCES graph_entities (id) ON DELETE CASCADE,
    CONSTRAINT graph_relations_target_id_fkey
        FOREIGN KEY (target_id) REFERENCES graph_entities (id) ON DELETE CASCADE
);

CREATE FUNCTION graph_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

-- Only a change of content counts as an update: filling in a tenant later must not move updated_at.
CREATE TRIGGER graph_entities_touch
    BEFORE UPDATE OF entity_type, properties, embedding ON graph_entities
    FOR EACH ROW EXECUTE FUNCTION graph_touch();

-- The role the application works as. Roles belong to the server, not to a database: another database may have
-- made it already, perhaps at this very moment.
-- gonogo: accept W601 roles belong to the server, and other databases may use it
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'graph_app') THEN
        CREATE ROLE graph_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;

-- Whoever runs the checks must be able to act as the application.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'graph_app', 'MEMBER') THEN
        GRANT graph_app TO CURRENT_USER;
    END IF;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON graph_entities, graph_relations TO graph_app;

INSERT INTO graph_entities (id, entity_type, properties, embedding, created_at, updated_at)
SELECT
    'e' || lpad(n::text, 8, '0'),
    CASE WHEN n % 20 = 0 THEN 'Person' WHEN n % 20 < 8 THEN 'Place' ELSE 'Document' END,
    jsonb_build_object('name', 'entity ' || n, 'rank', n % 97),
    CASE WHEN n % 3 <> 0 THEN decode(md5(n::text), 'hex') END,
    timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute',
    timestamptz '2024-01-01 00:00:00+00' + (n + n % 1440) * interval '1 minute'
FROM generate_series(1, :'entities'::integer) AS n;

INSERT INTO graph_relations
    (id, relation_type, source_id, target_id, properties, weight, created_at, updated_at)
SELECT
    'r' || lpad(n::text, 8, '0'),
    (ARRAY['mentions', 'located_in', 'knows'])[1 + n % 3],
    'e' || lpad((1 + n % :'entities'::integer)::text, 8, '0'),
    'e' || lpad((1 + n * 7 % :'entities'::bigint)::text, 8, '0'),
    jsonb_build_object('since', 2000 + n % 24),
    (n % 10) / 10.0,
    timestamptz '2024-02-01 00:00:00+00' + n * interval '1 minute',
    timestamptz '2024-02-01 00:00:00+00' + n * interval '1 minute'
FROM generate_series(1, 2 * :'entities'::bigint) AS n;
