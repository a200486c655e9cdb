"""Says when to start, and then how."""
import time

time.sleep(0.0511)
node.io["start"].send(Buffer(1))
settings = Buffer()
for level in range(20):
    # Each takes as long as asking for the time does.
    settings.setTimestamp(Clock.now())
settings.setData(b"level 3")
node.io["settings"].send(settings)
time.sleep(60)
