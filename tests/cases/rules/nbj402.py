# === noop: names, with and without blanks
# %% [job]
%%sql
SELECT {{ minimum }}, {{maximum}}, :day

# === noop: in comments
# %% [job]
%%sql
-- {{ a.b }} {% if x %}
SELECT 1 /* '{{ day }}' /* {{ a.b }} */ {% for %} */

# === noop: braces that are no template
# %% [job]
%%sql
SELECT {'a': 1}, '{"a": {"b": 1}}', '%}', '{%', MAP {'k': {'n': 1}}

# === noop: an untagged cell
# %%
%%sql
SELECT {{ a.b }}, '{{ day }}'
# %% [job]
%sql SELECT 1

# === noop: Python is not SQL
# %% [job]
template = "{{ a.b }} {% if x %}"

# === noop: a value behind FROM
# %% [job]
%%sql
SELECT extract(year FROM :day), trim(both :mark FROM :text), substring(:text FROM 2)
FROM orders WHERE day IS DISTINCT FROM {{ day }} AND shop IN (SELECT shop FROM shops WHERE x = :x)
ORDER BY day LIMIT :n

# === found: more than a name
# %% [job]
%%sql
SELECT {{ order.id }}, -- NBJ402
  {{ minimum + 1 }}, -- NBJ402
  {{ names | join(', ') }} -- NBJ402

# === found: statements and comments of Jinja
# %% [job]
%%sql
SELECT * FROM orders
{% if only_new %} -- NBJ402
WHERE day = :day
{% endif %}
{# {{ day }} #} -- NBJ402

# === found: over several lines
# %% [job]
%%sql
SELECT {{ -- NBJ402
  a.b }}

# === found: in a string
# %% [job]
%%sql
SELECT * FROM orders WHERE day = '{{ day }}' -- NBJ402
  AND shop LIKE '%{{ shop }}%' -- NBJ402
  AND "{{ column }}" = 1 -- NBJ402

# === found: in a line of SQL, and a cell that is marked as SQL
# %% [job]
rows = %sql SELECT {{ a.b }}  -- NBJ402
print(rows)
# %% [job] sql
SELECT '{{ day }}' -- NBJ402

# === found: in the place of a table or a column
# %% [job]
%%sql
INSERT INTO {{ target }} -- NBJ402
SELECT day FROM :source -- NBJ402
JOIN {{ other }} USING (day) -- NBJ402
ORDER BY {{ column }} -- NBJ402
