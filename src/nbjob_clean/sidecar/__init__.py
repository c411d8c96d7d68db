"""The sidecar format: the only thing that the two halves of the house both know."""
