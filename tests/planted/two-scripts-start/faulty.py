"""Asks the other script for the settings, and works with them."""
import socket

with socket.create_connection(("127.0.0.1", 7000), timeout=5) as link:
    settings = link.makefile("rb").readline()
node.warn(f"settings: {settings.decode().strip()}")
