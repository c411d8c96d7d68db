"""Notebooks: bytes to cells and back, without changing a byte that nobody asked to change."""
