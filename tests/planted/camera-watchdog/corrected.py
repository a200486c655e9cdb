"""Says when the camera is gone: no picture came in time."""
import time

FPS = 10
seen = time.monotonic()
is_gone = False
while True:
    if node.io["frames"].tryGet() is not None:
        seen, is_gone = time.monotonic(), False
    elif time.monotonic() - seen > 3 / FPS and not is_gone:
        is_gone = True
        node.error("the camera is gone")
    time.sleep(0.001)
