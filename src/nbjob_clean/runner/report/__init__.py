"""What is left of a run for people and programs: one value, and one file per format of it."""
