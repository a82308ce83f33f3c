ALTER TABLE graph_entities DROP CONSTRAINT IF EXISTS graph_entities_pkey;
ALTER TABLE graph_entities ADD PRIMARY KEY (id);

ALTER TABLE graph_relations DROP CONSTRAINT IF EXISTS graph_relations_pkey;
ALTER TABLE graph_relations ADD PRIMARY KEY (id);
