-- nbjob:sidecar 1 10_orders.ipynb
-- generated: edit the notebook, not this file

-- %% id=load tags=["job"]
CREATE OR REPLACE TABLE orders AS
SELECT * FROM read_csv('orders.csv');

-- %% id=pick-sql tags=["job"] out=orders
SELECT id, customer, amount
FROM orders
WHERE amount >= {{ minimum }} AND ordered >= {{ since }}
ORDER BY amount DESC;

-- %% id=keep tags=["job"]
CREATE TABLE IF NOT EXISTS calls (made DATE, orders INTEGER, total DOUBLE);
DELETE FROM calls WHERE made = {{ since }};
INSERT INTO calls SELECT {{ since }}, count(*), {{ total }} FROM orders WHERE amount >= {{ minimum }};
