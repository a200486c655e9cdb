"""A package with a module of its own name."""
