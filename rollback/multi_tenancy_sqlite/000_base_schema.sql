-- Children first: dropping entities would delete the relations that refer to it.
DROP TABLE relations;
DROP TABLE entities;
