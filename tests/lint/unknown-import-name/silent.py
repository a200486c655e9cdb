from time import sleep
from http import client
try:
    from time import clock
except ImportError:
    from time import monotonic as clock
sleep(clock() * 0)

while True:
    node.io["out"].send(node.io["frame"].get())
    node.io["cfg"].send(ImageManipConfig())
