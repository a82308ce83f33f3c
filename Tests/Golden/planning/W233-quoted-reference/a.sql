DO $$ BEGIN PERFORM work(:'tenant'); END $$;
