"""Watches for falls: poses from the network, a rule over time, and an alarm that is told once."""
import time

from oakc import params

from alarm import Alarm
from falls import Watch
from pose import people

SILENT = 1.0  # seconds without a frame after which nobody is seen

watch = Watch(params.held)
alarm = Alarm()
heard = time.monotonic()
while True:
    tensors = node.io["poses"].tryGet()
    now = time.monotonic()
    if tensors is None and now - heard < SILENT:
        time.sleep(0.02)
        continue
    heard = now
    poses = people(tensors, params.threshold) if tensors else []
    for what, person in watch.update(poses, now):
        alarm.tell(what, person)
