SET search_path = app;
SET ROLE owner;
SET LOCAL lock_timeout = '5s';
RESET search_path;
SELECT set_config('search_path', lower('App'), false);
SELECT set_config('search_path', 'app', true);
