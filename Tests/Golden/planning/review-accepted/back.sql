-- gonogo: accept W607 a cache
DROP TABLE a;
