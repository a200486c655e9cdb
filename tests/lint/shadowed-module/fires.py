# warning[shadowed-module] 8-12: the module `json` of this application wins over the camera's own
import json
# warning[shadowed-module] 8-12: the camera's own module `time` wins over `time.py`
import time
frame = node.io["in"].get()
node.io["out"].send(frame)
