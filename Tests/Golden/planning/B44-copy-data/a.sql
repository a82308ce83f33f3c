COPY users (id, name) FROM stdin;
1	ann
2	bob
\.
COPY users TO stdout;
