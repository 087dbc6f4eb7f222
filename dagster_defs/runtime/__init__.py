"""What the migrated code calls: small, and this project's own."""
