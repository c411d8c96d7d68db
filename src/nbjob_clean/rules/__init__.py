"""One file per rule, and the ordered tuple of them all."""
