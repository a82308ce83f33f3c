-- Add tenant_id column to entities table
-- Uses empty string '' as default for backward compatibility
ALTER TABLE graph_entities 
ADD COLUMN IF NOT EXISTS tenant_id TEXT NOT NULL DEFAULT '';

-- Add tenant_id column to relations table
ALTER TABLE graph_relations 
ADD COLUMN IF NOT EXISTS tenant_id TEXT NOT NULL DEFAULT '';

-- Verify columns added
SELECT column_name, data_type, column_default 
FROM information_schema.columns 
WHERE table_name IN ('graph_entities', 'graph_relations') 
  AND column_name = 'tenant_id';
