-- Without the column every row looks alike, so rows of a tenant other than the backfilled one must not be here.
-- The failing constraint says so and takes the transaction back; SQLite has no RAISE outside triggers.
CREATE TEMP TABLE refusal (
    found INTEGER CONSTRAINT "rows of other tenants exist and would be mixed" CHECK (found = 0)
);
INSERT INTO refusal (found)
SELECT (SELECT count(*) FROM entities WHERE tenant_id IS NOT NULL)
     + (SELECT count(*) FROM relations WHERE tenant_id IS NOT NULL);
DROP TABLE temp.refusal;

ALTER TABLE relations DROP COLUMN tenant_id;
ALTER TABLE entities DROP COLUMN tenant_id;
