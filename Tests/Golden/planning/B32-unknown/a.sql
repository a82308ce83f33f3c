UPDATE users
SET tenant = :'tenant', region = :'region'
WHERE region <> :'region';
