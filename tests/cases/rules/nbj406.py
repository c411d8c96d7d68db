# === noop: a production cell creates it
# %% [job]
%%sql
CREATE TABLE orders AS SELECT 1
# %% [job]
%%sql
SELECT * FROM orders

# === noop: both create it
# %%
%sql CREATE OR REPLACE TABLE orders AS SELECT 2
# %% [job]
%%sql
CREATE OR REPLACE TABLE main.orders AS SELECT 1;
SELECT * FROM orders

# === noop: no cell creates it, so it is in the database
# %% [job]
%%sql
SELECT * FROM orders

# === noop: an untagged cell only fills it
# %%
%sql INSERT INTO orders VALUES (1)
# %% [job]
%%sql
SELECT * FROM orders

# === noop: a CTE, a function, a file, a column and a subquery of that name
# %%
%%sql
CREATE TABLE orders (day INT);
CREATE TABLE day (x INT);
# %% [job]
%%sql
WITH RECURSIVE orders (day) AS NOT MATERIALIZED (SELECT 1), last AS (SELECT 2)
SELECT EXTRACT(year FROM day), x IS DISTINCT FROM day
FROM orders JOIN last ON true
# %% [job]
%%sql
SELECT trim(both 'x' FROM day) FROM orders(1), 'orders', (SELECT 1) day

# === noop: in a string and in a comment
# %%
%sql CREATE TABLE orders (x INT)
# %% [job]
%%sql
SELECT 'FROM orders' -- FROM orders

# === noop: of another schema, and of another connection
# %%
%sql CREATE TABLE scratch.orders (x INT)
# %%
%%sql lab
CREATE TABLE customers (x INT)
# %% [job]
%%sql
SELECT * FROM orders JOIN customers USING (x)

# === noop: Python makes it, or may do so
# %%
%sql CREATE TABLE orders (x INT)
# %% [job]
frame = 1
frame.to_sql("orders", "sqlite://")
# %% [job]
%%sql
SELECT * FROM orders

# === noop: the result of a query of that name
# %%
%sql CREATE TABLE orders (x INT)
# %% [job]
%%sql orders <<
SELECT 1
# %% [job]
%%sql
SELECT * FROM orders

# === noop: production makes it in other words
# %%
%sql CREATE TABLE orders (x INT); CREATE TABLE days (x INT);
# %% [job]
%%sql
SELECT 1 AS x INTO TEMP orders FROM shops;
SELECT * FROM orders;
CREATE TABLE IF NOT EXISTS raw (x INT);
ALTER TABLE raw RENAME TO days;
SELECT * FROM days

# === noop: a CTE, in a CREATE TABLE AS and quoted
# %%
%sql CREATE TABLE orders (x INT)
# %% [job]
%%sql
CREATE TABLE t AS WITH "Orders" AS (SELECT 1 AS x) SELECT * FROM (("Orders")), "Orders" o (x)

# === noop: a query of that name is saved, and a table is made
# %% [job]
%%sql --save big
SELECT * FROM orders
# %% [job]
%%sql
CREATE VIEW big AS SELECT 1;
SELECT * FROM big

# === noop: changed where it may be missing, or is made here
# %%
%%sql
CREATE TABLE days AS SELECT 1;
CREATE TABLE shops AS SELECT 1
# %% [job]
%%sql
DROP TABLE IF EXISTS days;
DROP VIEW IF EXISTS shops;
ALTER TABLE IF EXISTS shops ADD COLUMN a INT;
CREATE TABLE days AS SELECT 1;
INSERT INTO days VALUES (1);
UPDATE days SET x = 1;
SELECT * FROM other FOR UPDATE;
INSERT INTO other SELECT 1 ON CONFLICT DO UPDATE SET shops = 1

# === found: only an untagged cell creates it
# %%
%%sql
CREATE OR REPLACE TEMP TABLE orders AS SELECT 1
# %% [job]
%%sql
SELECT *
FROM orders -- NBJ406

# === found: views, quotes and letters, lists and joins
# %%
%%sql
CREATE TEMPORARY VIEW IF NOT EXISTS "Orders" AS SELECT 1;
create table Main.Customers (x int);
create materialized view days as select 1
# %% [job]
%%sql
SELECT * FROM shops s, orders AS o -- NBJ406
LEFT JOIN main.customers c USING (x) -- NBJ406
# %% [job]
%%sql
INSERT INTO shops SELECT (SELECT max(x) FROM `days`) FROM shops -- NBJ406

# === found: created in production only below
# %%
%sql CREATE TABLE orders (x INT)
# %% [job]
%%sql
SELECT * FROM orders; -- NBJ406
CREATE TABLE IF NOT EXISTS orders (x INT);
SELECT * FROM orders

# === found: an untagged cell below
# %% [job]
rows = %sql SELECT * FROM orders  -- NBJ406
print(rows)
# %%
%sql CREATE TABLE orders (x INT)

# === found: read in other words, in one of several statements
# %%
%%sql
CREATE OR REPLACE TABLE "Big Orders" AS FROM raw;
SELECT 1 AS x INTO days FROM raw;
ALTER TABLE other RENAME TO shops
# %% [job]
%%sql
SELECT 1;
CREATE TABLE big AS WITH b AS (SELECT * FROM "big orders") SELECT * FROM b; -- NBJ406
SELECT * FROM range(3) r (x), (days) d; -- NBJ406
PIVOT shops ON x; -- NBJ406
# %% [job]
%%sql
MERGE INTO big USING days ON true WHEN MATCHED THEN DELETE -- NBJ406
# %% [job]
%sql COPY shops TO 'shops.csv'  -- NBJ406

# === found: a query that JupySQL saved is no table
# %% [job]
%%sql --save big
SELECT * FROM orders
# %%
%%sql --save small --no-execute
SELECT 1
# %% [job]
%%sql
SELECT * FROM big -- NBJ406
JOIN small USING (id) -- NBJ406

# === found: changed, and created in an untagged cell alone
# %%
%%sql
CREATE TABLE days AS SELECT 1;
CREATE TABLE shops AS SELECT 1
# %% [job]
%%sql
INSERT INTO days (a, b) VALUES (1, 2) -- NBJ406
# %% [job]
%%sql
WITH new AS (SELECT 1 AS x)
INSERT OR REPLACE INTO days SELECT x FROM new -- NBJ406
# %% [job]
%%sql
UPDATE shops SET x = 1 -- NBJ406
# %% [job]
%%sql
TRUNCATE TABLE shops; -- NBJ406
ALTER TABLE days ADD COLUMN c INT -- NBJ406
# %% [job]
%%sql
MERGE INTO shops s USING other o ON s.x = o.x WHEN MATCHED THEN DELETE -- NBJ406
