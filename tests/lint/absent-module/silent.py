import math
from urllib.parse import quote
try:
    import numpy
except ImportError:
    numpy = None
frame = node.io["in"].get()
node.io["out"].send(frame)
