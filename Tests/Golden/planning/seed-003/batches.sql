-- Example: Migrate data in batches
DO $$
DECLARE
    batch_size INTEGER := 1000;
    processed INTEGER := 0;
BEGIN
    LOOP
        UPDATE documents 
        SET new_column = old_column 
        WHERE id IN (
            SELECT id FROM documents 
            WHERE new_column IS NULL 
            LIMIT batch_size
        );
        
        GET DIAGNOSTICS processed = ROW_COUNT;
        EXIT WHEN processed = 0;
        
        RAISE NOTICE 'Processed % rows', processed;
    END LOOP;
END $$;
