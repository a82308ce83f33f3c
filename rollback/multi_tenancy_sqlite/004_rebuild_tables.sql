-- Back to keys of id alone, as the tables were after tenant_id was added. An id that two tenants share fails on
-- the key, and nothing changes.
-- Here the rows wait in scratch tables while the real ones are made under their own names: a rename would leave
-- the name quoted in the stored schema, and the schema would no longer be the one there was.
CREATE TABLE entities_kept AS
SELECT id, entity_type, properties, embedding, created_at, updated_at, tenant_id
FROM entities;
CREATE TABLE relations_kept AS
SELECT id, relation_type, source_id, target_id, properties, weight, created_at, updated_at, tenant_id
FROM relations;

-- Children first, as enforced foreign keys would delete them with their parents.
DROP TABLE relations;
DROP TABLE entities;

-- The exact text that ADD COLUMN left, odd line breaks included: dropping the column then gives back the original.
CREATE TABLE entities (
    id TEXT NOT NULL PRIMARY KEY,
    entity_type TEXT NOT NULL,
    properties TEXT NOT NULL,
    embedding BLOB,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
, tenant_id TEXT);

INSERT INTO entities (id, entity_type, properties, embedding, created_at, updated_at, tenant_id)
SELECT id, entity_type, properties, embedding, created_at, updated_at, tenant_id
FROM entities_kept;

CREATE TABLE relations (
    id TEXT NOT NULL PRIMARY KEY,
    relation_type TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    properties TEXT NOT NULL,
    weight REAL DEFAULT 1.0,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, tenant_id TEXT,
    FOREIGN KEY (source_id) REFERENCES entities (id) ON DELETE CASCADE,
    FOREIGN KEY (target_id) REFERENCES entities (id) ON DELETE CASCADE
);

INSERT INTO relations
    (id, relation_type, source_id, target_id, properties, weight, created_at, updated_at, tenant_id)
SELECT id, relation_type, source_id, target_id, properties, weight, created_at, updated_at, tenant_id
FROM relations_kept;

DROP TABLE relations_kept;
DROP TABLE entities_kept;

CREATE INDEX idx_relations_type ON relations (relation_type);
CREATE INDEX idx_entities_tenant ON entities (tenant_id);
CREATE INDEX idx_entities_tenant_type ON entities (tenant_id, entity_type);
CREATE INDEX idx_relations_tenant ON relations (tenant_id);
CREATE INDEX idx_relations_tenant_source ON relations (tenant_id, source_id);
CREATE INDEX idx_relations_tenant_target ON relations (tenant_id, target_id);

CREATE TRIGGER entities_touch AFTER UPDATE OF entity_type, properties, embedding ON entities
BEGIN
    UPDATE entities SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;
