-- Children first: dropping entities would delete the relations that refer to it.
-- gonogo: accept W607 the rows are generated ones
DROP TABLE relations;
-- gonogo: accept W607 the rows are generated ones
DROP TABLE entities;
