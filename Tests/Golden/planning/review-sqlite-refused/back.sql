DROP TABLE orders_kept;
UPDATE orders SET mote = 'x' WHERE id = 1;
DROP TABLE orders;
