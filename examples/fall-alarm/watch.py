"""Watches for falls: poses from the network, a rule over time, and an alarm that is told once."""
import time

from oakc import params

from alarm import Alarm
from falls import Watch
from pose import people

watch = Watch(params.held)
alarm = Alarm()
while True:
    poses = people(node.io["poses"].get(), params.threshold)
    for what, person in watch.update(poses, time.monotonic()):
        alarm.tell(what, person)
