CREATE TABLE IF NOT EXISTS {orders_table} (
    id INTEGER PRIMARY KEY,
    customer TEXT,
    amount REAL,
    day TEXT
);
