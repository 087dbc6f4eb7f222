"""Scripts for a generated project's interpreter. Their folder is on its path, so their names are odd."""
