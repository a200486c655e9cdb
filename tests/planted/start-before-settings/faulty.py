"""Starts to work when the other script says so, with the settings of that one."""
import time

while True:
    if node.io["start"].tryGet() is not None:
        level = bytes(node.io["settings"].tryGet().getData()).decode()
        break

    time.sleep(0.005)
node.warn(f"at work with {level}")
