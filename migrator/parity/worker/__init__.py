"""The folder of the script that runs inside a generated project's own interpreter; nothing else may lie here."""
