-- The knowledge graph before multi-tenancy, with :'entities' entities and twice as many relations.
-- The data depends on nothing but that number, so that two databases made alike hold the same rows.
CREATE TABLE entities (
    id TEXT NOT NULL PRIMARY KEY,
    entity_type TEXT NOT NULL,
    properties TEXT NOT NULL,
    embedding BLOB,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);

-- gonogo: accept W648 the indexes come with the tenants, as in the databases that this stands for
CREATE TABLE relations (
    id TEXT NOT NULL PRIMARY KEY,
    relation_type TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    properties TEXT NOT NULL,
    weight REAL DEFAULT 1.0,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (source_id) REFERENCES entities (id) ON DELETE CASCADE,
    FOREIGN KEY (target_id) REFERENCES entities (id) ON DELETE CASCADE
);

CREATE INDEX idx_relations_type ON relations (relation_type);

-- Only a change of content counts as an update: filling in a tenant later must not move updated_at.
CREATE TRIGGER entities_touch AFTER UPDATE OF entity_type, properties, embedding ON entities
BEGIN
    UPDATE entities SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;

-- Every third entity has no embedding: a copy that shifts the columns fails on those and corrupts the others.
WITH RECURSIVE numbers (n) AS (
    SELECT 1
    UNION ALL
    SELECT n + 1 FROM numbers WHERE n < CAST(:'entities' AS INTEGER)
)
INSERT INTO entities (id, entity_type, properties, embedding, created_at, updated_at)
SELECT
    printf('e%08d', n),
    CASE WHEN n % 20 = 0 THEN 'Person' WHEN n % 20 < 8 THEN 'Place' ELSE 'Document' END,
    json_object('name', 'entity ' || n, 'rank', n % 97),
    CASE WHEN n % 3 <> 0 THEN CAST(printf('%08x%08x', n * 2654435761 % 4294967296, n) AS BLOB) END,
    datetime('2024-01-01 00:00:00', n || ' minutes'),
    datetime('2024-01-01 00:00:00', (n + n % 1440) || ' minutes')
FROM numbers;

WITH RECURSIVE numbers (n) AS (
    SELECT 1
    UNION ALL
    SELECT n + 1 FROM numbers WHERE n < 2 * CAST(:'entities' AS INTEGER)
)
INSERT INTO relations (id, relation_type, source_id, target_id, properties, weight, created_at, updated_at)
SELECT
    printf('r%08d', n),
    CASE n % 3 WHEN 0 THEN 'mentions' WHEN 1 THEN 'located_in' ELSE 'knows' END,
    printf('e%08d', 1 + n % CAST(:'entities' AS INTEGER)),
    printf('e%08d', 1 + n * 7 % CAST(:'entities' AS INTEGER)),
    json_object('since', 2000 + n % 24),
    (n % 10) / 10.0,
    datetime('2024-02-01 00:00:00', n || ' minutes'),
    datetime('2024-02-01 00:00:00', n || ' minutes')
FROM numbers;
