BEGIN;

-- Your migration code here
CREATE TABLE example (
    id UUID DEFAULT gen_random_uuid() PRIMARY KEY,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP
);

-- Add indexes for large tables
CREATE INDEX CONCURRENTLY idx_documents_source ON documents(source);

COMMIT;
