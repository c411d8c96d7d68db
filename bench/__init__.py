"""What we hold ourselves to, measured: ours beside git, plain Python and the neighbours."""
