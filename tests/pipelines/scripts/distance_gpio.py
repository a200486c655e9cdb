"""Pulls a pin when something is too close."""
import GPIO

PIN = 40
GPIO.setup(PIN, GPIO.OUT, GPIO.PULL_DOWN)
while True:
    zones = node.io["zones"].get().getSpatialLocations()
    near = any(0 < zone.spatialCoordinates.z < 800 for zone in zones)
    GPIO.write(PIN, near)
