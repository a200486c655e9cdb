import random  # the camera has one, but only on LEON_CSS
import re
frame = node.io["in"].get()
node.io["out"].send(frame)
