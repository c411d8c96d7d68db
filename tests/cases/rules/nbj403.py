# === noop: bound values
# %% [job]
%%sql
SELECT * FROM orders WHERE day = {{ day }} AND shop = :shop

# === noop: names of tables and columns
# %% [job]
%%sql
SELECT {column}, o.{column} FROM {schema}.{table} AS o
JOIN {other} ON o.id = {other}.id
GROUP BY {column} ORDER BY {column}
# %% [job]
%%sql
INSERT INTO {table} ({column}, day) SELECT * FROM {source}
# %% [job]
%%sql
SELECT * FROM sales_{year} WHERE x = {prefix}_id

# === noop: braces that mean something else
# %% [job]
%%sql
SELECT {'a': 1}, '{red}'::text[], x #>> '{a,b}', ${day}, '${day}', MAP {'k': 1}
FROM t WHERE d = {d '2024-01-01'} AND colours = '{red}'

# === noop: an untagged cell
# %%
%%sql
SELECT * FROM orders WHERE day = {day}
# %%
day = 1
cursor.execute(f"SELECT * FROM orders WHERE day = '{day}'")
# %% [job]
day = 2

# === noop: Python that binds
# %% [job]
def load(cursor, spark, job_input, pd, day, shop):
    cursor.execute("SELECT * FROM orders WHERE day = ?", (day,))
    cursor.execute("SELECT * FROM orders WHERE day = %s AND shop = %s", [day, shop])
    cursor.execute("SELECT 1" " UNION SELECT 2")
    job_input.execute_query("SELECT * FROM orders WHERE day = {{ day }}", day=day)
    spark.sql("SELECT * FROM orders WHERE day = :day", args={"day": day})
    pd.read_sql("SELECT * FROM orders WHERE day = ?", cursor, params=[day])

# === noop: Python that names tables and columns
# %% [job]
def load(cursor, table, columns, column, schema, rows, path):
    cursor.execute(f"SELECT * FROM {table}")
    cursor.execute("SELECT * FROM %s" % table)
    cursor.execute("SELECT * FROM " + table + " WHERE day > 1")
    cursor.execute("SELECT {} FROM {}.orders".format(", ".join(columns), schema))
    cursor.execute(f"SELECT {column} FROM t JOIN {table} ON t.id = {table}.id ORDER BY {column}")
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute(f"COPY {table} FROM '{path}'")

# === noop: marks for values, numbers, and what was quoted on purpose
# %% [job]
def load(cursor, rows, ids, n, day, literal, marks):
    cursor.execute(f"SELECT * FROM t WHERE id IN ({', '.join('?' * len(ids))})", ids)
    cursor.executemany(f"INSERT INTO t VALUES ({marks})", rows)
    cursor.execute(f"SELECT * FROM t LIMIT {int(n)}")
    cursor.execute(f"SELECT * FROM t LIMIT {n:d}")
    cursor.execute("SELECT * FROM t LIMIT %d" % n)
    cursor.execute(f"SELECT * FROM t WHERE day = {literal(day)}")
    cursor.execute(f"SELECT * FROM t WHERE n > {10}")

# === noop: other things that are executed
# %% [job]
def work(pool, engine, name, text, query):
    pool.execute(f"run {name} where x = '{name}'")
    engine.sql(text + query)
    engine.execute(query)
    engine.execute(f"{query}")
    print(f"SELECT * FROM t WHERE x = '{name}'")

# === noop: a placeholder in a string is text, unless something has that name
# %% [job]
%%sql
SELECT * FROM orders WHERE tags = '{red}'

# === noop: constants of the notebook, also in functions
# %% [job]
STATUS = "open"
LIMIT = 100
PATH = "data"
MARK = "?" if LIMIT else "%s"
# %% [job]
def load(con, rows):
    con.execute(f"SELECT * FROM t WHERE s = '{STATUS}' AND n = {LIMIT}")
    con.execute(f"SELECT * FROM read_csv('{PATH}/x.csv')")
    con.execute(f"SELECT * FROM t WHERE x = {MARK}", [rows])
    con.execute(f"SELECT * FROM t WHERE x = {'TRUE' if rows else 'FALSE'}")

# === noop: loops over what is written out, numbers and dates
# %% [job]
from datetime import date, timedelta
REGIONS = ("north", "south")
today = date.today()
yesterday = today - timedelta(days=1)
# %% [job]
def load(con, n):
    for year in range(2020, 2025):
        con.execute(f"SELECT * FROM t WHERE year = {year}")
    for shop in REGIONS:
        con.execute(f"SELECT * FROM t WHERE shop = '{shop}'")
    for number, name in enumerate(["a", "b"]):
        con.execute(f"INSERT INTO t VALUES ({number}, '{name}')")
    con.execute(f"SELECT * FROM t WHERE d = '{today.isoformat()}' OR d = '{yesterday}'")
    con.execute(f"SELECT * FROM t WHERE d = '{date.today() - timedelta(days=7)}'")
    con.execute(f"SELECT * FROM t WHERE n = {round(n, 2)} OR n = {n // 2} OR n = {str(int(n))}")

# === noop: what takes no bound values
# %% [job]
def load(con, spark, day, shop):
    con.execute(f"CREATE OR REPLACE VIEW v AS SELECT * FROM t WHERE d = '{day}'")
    spark.sql(f"CREATE TABLE t USING delta LOCATION '{day}/x'")
    con.execute(f"CREATE SECRET s (TYPE s3, KEY_ID '{shop}', SECRET '{day}')")

# === noop: silenced behind a text of several lines
# select: NBJ403,NBJ009
# %% [job]
def load(con, day):
    con.execute(f"""
        SELECT * FROM t WHERE d = '{day}'
    """)  # noqa: NBJ403
    con.execute(  # noqa: NBJ403
        f"SELECT * FROM t WHERE d = '{day}'"
    )
    con.execute(
        "SELECT * FROM t "
        f"WHERE d = '{day}'"  # noqa: NBJ403
    )

# === found: a value in a SQL cell
# %% [job]
%%vdksql
SELECT * FROM orders
WHERE day = {day} -- NBJ403
  AND shop = '{shop}' -- NBJ403
  AND amount BETWEEN {low} AND {high} -- NBJ403, NBJ403
  AND name LIKE '%{name}%' -- NBJ403
LIMIT {count} -- NBJ403
# %% [job]
%%sql
INSERT INTO orders (id, day) VALUES (1, {day}) -- NBJ403

# === found: in a string, where the notebook has that name
# %% [job]
day = "2024-01-01"
# %% [job]
%%sql
DELETE FROM orders WHERE day = '{day}' -- NBJ403

# === found: f-strings
# %% [job]
def load(cursor, con, spark, job_input, pd, day, table):
    cursor.execute(f"SELECT * FROM orders WHERE day = '{day}'")  # NBJ403
    con.execute(f"DELETE FROM {table} WHERE day = {day}")  # NBJ403
    con.sql(f"SELECT * FROM orders WHERE day >= {day!r}")  # NBJ403
    spark.sql(f"SELECT * FROM orders WHERE day LIKE '{day}%'")  # NBJ403
    job_input.execute_query(f"SELECT * FROM orders WHERE day = '{day.strip()}'")  # NBJ403
    return pd.read_sql(f"SELECT * FROM orders WHERE day = '{day}'", con)  # NBJ403

# === found: percent, format and plus
# %% [job]
def load(cursor, day, shop):
    cursor.execute("SELECT * FROM orders WHERE day = '%s'" % day)  # NBJ403
    cursor.execute("SELECT * FROM orders WHERE day = %(day)s" % {"day": day})  # NBJ403
    cursor.execute("SELECT * FROM orders WHERE n = %d AND day = '%s'" % (1, day))  # NBJ403
    cursor.execute("SELECT * FROM orders WHERE day = '{}'".format(day))  # NBJ403
    cursor.execute("SELECT * FROM orders WHERE day = {day}".format(day=day))  # NBJ403
    cursor.execute("SELECT * FROM orders WHERE day = '" + day + "'")  # NBJ403
    cursor.execute("SELECT * FROM orders WHERE a = 1 AND shop = " + shop)  # NBJ403

# === found: over several lines, at the start of the text
# %% [job]
def load(cursor, day):
    cursor.execute(
        f"""  -- NBJ403
        SELECT * FROM orders
        WHERE day = '{day}'
        """
    )

# === found: what a run may replace, and what somebody gives
# %% [job, parameters]
shop = "north"
# %% [job]
import os
day = os.environ["DAY"]
def load(con, rows):
    con.execute(f"SELECT * FROM t WHERE shop = '{shop}'")  # NBJ403
    con.execute(f"SELECT * FROM t WHERE day = '{day}'")  # NBJ403
    for name in rows:
        con.execute(f"CREATE TABLE x AS SELECT * FROM t WHERE name = '{name}'")  # NBJ403

# === found: behind a name, a keyword or a wrapper
# %% [job]
from sqlalchemy import text
from textwrap import dedent
def load(con, pd, day, shop):
    query = f"SELECT * FROM t WHERE d = '{day}'"  # NBJ403
    pd.read_sql(query, con)
    statement = text(f"SELECT * FROM t WHERE shop = '{shop}'")  # NBJ403
    con.execute(statement)
    con.execute(text(f"SELECT * FROM t WHERE x = '{day}'"))  # NBJ403
    pd.read_sql(sql=f"SELECT * FROM t WHERE y = '{day}'", con=con)  # NBJ403
    con.execute(dedent(f"SELECT * FROM t WHERE z = '{day}'").strip())  # NBJ403
