"""Runs both systems on the same data and compares what they did, value by value."""
