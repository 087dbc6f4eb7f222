"""Generated files: their form, and how they reach the disk."""
