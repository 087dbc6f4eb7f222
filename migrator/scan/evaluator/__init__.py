"""A bounded evaluator: it works out values from the syntax tree, and never runs the code that it reads."""
