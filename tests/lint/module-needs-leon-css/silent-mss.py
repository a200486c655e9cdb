import json, time, struct
frame = node.io["in"].get()
node.io["out"].send(frame)
