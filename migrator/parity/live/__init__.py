"""`migrate compare --live`: two systems in production, interval by interval, while both of them run."""
