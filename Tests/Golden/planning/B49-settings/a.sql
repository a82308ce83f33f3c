SET search_path = app;
SET ROLE owner;
SET LOCAL lock_timeout = '5s';
RESET search_path;
