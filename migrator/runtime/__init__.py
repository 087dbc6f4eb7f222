"""What is copied into generated projects: text that imports nothing of this tool."""
