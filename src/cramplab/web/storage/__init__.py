"""What the app keeps, in one SQLite file; one file here for each kind of thing."""
