"""From a notebook to its sidecars; fresh or stale."""
