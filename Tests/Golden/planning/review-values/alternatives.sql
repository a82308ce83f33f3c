UPDATE t SET kind = 'a' WHERE kind = '';
UPDATE t SET kind = 'b' WHERE kind = '';
UPDATE u SET kind = 'a' WHERE kind = '';
UPDATE t SET note = 'x' WHERE id = 1;
UPDATE t SET name = 'x' WHERE id = 1;
