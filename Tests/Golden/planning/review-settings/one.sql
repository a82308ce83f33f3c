SET work_mem = '64MB';
ALTER TYPE mood ADD VALUE 'lost';
UPDATE t SET mood = 'lost' WHERE id = 1;
