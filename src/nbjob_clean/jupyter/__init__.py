"""Jupyter's side: what runs in its server, in its page and in its kernels."""
