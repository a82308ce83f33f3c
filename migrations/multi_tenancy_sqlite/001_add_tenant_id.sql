-- Nullable on purpose: NULL marks a row that no tenant owns yet.
-- Both tables in one transaction, so "the first has the column, the second not" cannot happen.
ALTER TABLE entities ADD COLUMN tenant_id TEXT;
ALTER TABLE relations ADD COLUMN tenant_id TEXT;
