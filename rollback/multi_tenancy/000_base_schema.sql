-- The role graph_app stays: it belongs to the server, and other databases may use it.
-- gonogo: accept W607 the rows are generated ones
DROP TABLE graph_relations;
-- gonogo: accept W607 the rows are generated ones
DROP TABLE graph_entities;
DROP FUNCTION graph_touch();
