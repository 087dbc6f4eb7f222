"""One file per code, found by its name."""
