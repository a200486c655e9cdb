# error[absent-module] 8-13: the camera has no module `numpy`
import numpy as np
# error[absent-module] 20-27: the camera has no module `urllib.request`
from urllib import request
# error[absent-module] 1-19: a script is in no package, so it has no relative imports
from . import mine
frame = node.io["in"].get()
node.io["out"].send(frame)
