"""`python -m nbjob_clean` is `nbjob`."""

from nbjob_clean.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
