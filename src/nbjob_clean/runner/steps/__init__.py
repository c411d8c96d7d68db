"""How a step runs, one file per language."""
