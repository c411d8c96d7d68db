CREATE TABLE {target} AS
SELECT day, SUM(amount) AS total
FROM {source}
GROUP BY day;
