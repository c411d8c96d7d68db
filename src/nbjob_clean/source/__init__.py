"""What a block of Python or SQL defines and needs; IPython syntax. Nothing is executed."""
