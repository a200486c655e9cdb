"""A module of the application."""
