-- Backup tables
CREATE TABLE entities_backup AS SELECT * FROM entities;
CREATE TABLE relations_backup AS SELECT * FROM relations;

-- Drop original tables
DROP TABLE entities;
DROP TABLE relations;

-- Recreate with composite primary keys
CREATE TABLE entities (
    id TEXT NOT NULL,
    tenant_id TEXT NOT NULL DEFAULT 'default',
    entity_type TEXT NOT NULL,
    properties TEXT NOT NULL,
    embedding BLOB,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id, tenant_id)
);

CREATE TABLE relations (
    id TEXT NOT NULL,
    tenant_id TEXT NOT NULL DEFAULT 'default',
    relation_type TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    properties TEXT NOT NULL,
    weight REAL DEFAULT 1.0,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id, tenant_id)
);

-- Restore data
INSERT INTO entities SELECT * FROM entities_backup;
INSERT INTO relations SELECT * FROM relations_backup;

-- Drop backups
DROP TABLE entities_backup;
DROP TABLE relations_backup;

-- Recreate indexes
CREATE INDEX idx_entities_tenant ON entities(tenant_id);
CREATE INDEX idx_entities_tenant_type ON entities(tenant_id, entity_type);
CREATE INDEX idx_relations_tenant ON relations(tenant_id);
CREATE INDEX idx_relations_tenant_source ON relations(tenant_id, source_id);
CREATE INDEX idx_relations_tenant_target ON relations(tenant_id, target_id);
