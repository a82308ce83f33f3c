-- The role graph_app stays: it belongs to the server, and other databases may use it.
DROP TABLE graph_relations;
DROP TABLE graph_entities;
DROP FUNCTION graph_touch();
