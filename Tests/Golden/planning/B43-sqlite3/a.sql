.read other.sql
SELECT 1;
