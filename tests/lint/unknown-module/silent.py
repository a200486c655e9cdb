from __future__ import annotations
import json
from http import client
try:
    import requests
except ImportError:
    requests = None
frame = node.io["in"].get()
node.io["out"].send(frame)
