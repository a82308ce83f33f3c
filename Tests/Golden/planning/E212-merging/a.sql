SELECT 'Dear '
:'name';
