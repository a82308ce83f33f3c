-- ⚠️ WARNING: This requires table locks. Do during maintenance window.

-- Drop existing primary key constraints
ALTER TABLE graph_entities DROP CONSTRAINT IF EXISTS graph_entities_pkey;
ALTER TABLE graph_relations DROP CONSTRAINT IF EXISTS graph_relations_pkey;

-- Create new composite primary keys
ALTER TABLE graph_entities ADD PRIMARY KEY (id, tenant_id);
ALTER TABLE graph_relations ADD PRIMARY KEY (id, tenant_id);

-- Verify
SELECT 
    conname AS constraint_name,
    contype AS constraint_type,
    conrelid::regclass AS table_name
FROM pg_constraint
WHERE conrelid IN ('graph_entities'::regclass, 'graph_relations'::regclass)
  AND contype = 'p';
