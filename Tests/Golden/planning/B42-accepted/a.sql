/* one /* two */ */ SELECT $a$ $b$ ; $b$ $a$;
SELECT E'\';', U&'\0041;';
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
