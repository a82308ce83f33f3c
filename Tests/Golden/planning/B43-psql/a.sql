\i other.sql
\copy users FROM 'u.csv'
\connect app
\! rm -rf /
SELECT 1 \gexec
\restrict abc
\nonsense
