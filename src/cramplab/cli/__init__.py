"""The command line: one file per group of commands, each of which imports the engine only when it runs."""
