"""Lets ``python -m cramplab`` do what ``cramplab`` does."""

from cramplab.cli.app import main

if __name__ == "__main__":
    main()
