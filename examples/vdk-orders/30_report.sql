-- nbjob:sidecar 1 30_report.ipynb
-- generated: edit the notebook, not this file

-- %% id=drop tags=["vdk"]
DROP TABLE IF EXISTS big_orders;

-- %% id=create tags=["vdk"] style=vdk
CREATE TABLE big_orders AS
SELECT *
FROM {orders_table}
WHERE amount >= {{ minimum }};
