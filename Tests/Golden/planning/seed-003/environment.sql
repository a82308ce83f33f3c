-- Only in production
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 140000 THEN
        -- PostgreSQL 14+ specific features
        ALTER TABLE documents ADD COLUMN vector_data vector(1536);
    END IF;
END $$;
