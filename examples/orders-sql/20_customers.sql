-- nbjob:sidecar 1 20_customers.ipynb
-- generated: edit the notebook, not this file

-- %% [markdown] id=title
-- # Customers
--
-- SQL alone: this notebook gives a `.sql` sidecar and no Python.

-- %% id=rank tags=["job"]
CREATE OR REPLACE TABLE customers AS
SELECT customer, count(*) AS orders, sum(amount) AS amount
FROM orders
GROUP BY customer;

-- %% id=show tags=["job"]
SELECT *
FROM customers
WHERE amount >= {{ minimum }}
ORDER BY amount DESC;
