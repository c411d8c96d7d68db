"""Remove what is not source: outputs, counts and what changes by looking at or re-running."""
