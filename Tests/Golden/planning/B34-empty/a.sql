CREATE SCHEMA :"schema";
GRANT USAGE ON SCHEMA :"schema" TO app;
