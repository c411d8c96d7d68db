"""One file per SQL engine, and the table of them."""
