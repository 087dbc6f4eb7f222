"""The page of `migrate scan --format html`: what goes into it, and the files that it is made of."""
