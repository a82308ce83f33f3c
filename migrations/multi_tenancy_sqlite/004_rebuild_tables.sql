-- Composite primary keys (id, tenant_id). SQLite cannot change a key in place: build, copy, drop, rename.
-- The order below loses nothing whether foreign keys are enforced or not (the pragma has no effect inside a
-- transaction): dropping a table deletes its rows first, and entities is dropped when nothing refers to it.
CREATE TABLE entities_rebuilt (
    id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    properties TEXT NOT NULL,
    embedding BLOB,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id, tenant_id)
);

-- Columns by name on both sides: tenant_id is last in the old table and second in the new one.
INSERT INTO entities_rebuilt (id, tenant_id, entity_type, properties, embedding, created_at, updated_at)
SELECT id, tenant_id, entity_type, properties, embedding, created_at, updated_at
FROM entities;

-- Refers to the new table by the name it has now; the rename below corrects the reference.
-- The keys hold both ends of a relation in its own tenant.
CREATE TABLE relations_rebuilt (
    id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    relation_type TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    properties TEXT NOT NULL,
    weight REAL DEFAULT 1.0,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id, tenant_id),
    FOREIGN KEY (source_id, tenant_id) REFERENCES entities_rebuilt (id, tenant_id) ON DELETE CASCADE,
    FOREIGN KEY (target_id, tenant_id) REFERENCES entities_rebuilt (id, tenant_id) ON DELETE CASCADE
);

INSERT INTO relations_rebuilt
    (id, tenant_id, relation_type, source_id, target_id, properties, weight, created_at, updated_at)
SELECT id, tenant_id, relation_type, source_id, target_id, properties, weight, created_at, updated_at
FROM relations;

DROP TABLE relations;
DROP TABLE entities;
ALTER TABLE entities_rebuilt RENAME TO entities;
ALTER TABLE relations_rebuilt RENAME TO relations;

-- Indexes and triggers went with the old tables.
CREATE INDEX idx_relations_type ON relations (relation_type);
CREATE INDEX idx_entities_tenant ON entities (tenant_id);
CREATE INDEX idx_entities_tenant_type ON entities (tenant_id, entity_type);
CREATE INDEX idx_relations_tenant ON relations (tenant_id);
CREATE INDEX idx_relations_tenant_source ON relations (tenant_id, source_id);
CREATE INDEX idx_relations_tenant_target ON relations (tenant_id, target_id);

-- By both columns of the key: the id alone may now belong to several tenants.
CREATE TRIGGER entities_touch AFTER UPDATE OF entity_type, properties, embedding ON entities
BEGIN
    UPDATE entities SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id AND tenant_id = NEW.tenant_id;
END;
