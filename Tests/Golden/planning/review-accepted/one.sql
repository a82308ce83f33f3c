CREATE TABLE a (id integer);
-- The index is wanted anyway.
-- gonogo: accept W601 wanted without the table, too
CREATE INDEX t_id ON t (id);
