"""One file for each group of pages; each has a ``router``, and being here is being served."""
