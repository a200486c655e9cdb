# in: track=Tracklets imu=IMUData
# out: host=Buffer
import json
from time import monotonic, sleep

STATES = {
    Tracklet.TrackingStatus.NEW: "new",
    Tracklet.TrackingStatus.TRACKED: "tracked",
}


class Counter:
    limit = 100

    def __init__(self, name, start=0):
        self.name = name
        self.count = start
        self.began = monotonic()

    def step(self, by=1):
        self.count += by
        if self.count > self.limit:
            self.count = 0
        return self.count

    def rate(self):
        seconds = monotonic() - self.began
        return self.count / max(seconds, 0.001)


counter = Counter("tracks")
readings = Counter("imu", start=10)


def describe(tracklet):
    roi = tracklet.roi
    return {
        "id": tracklet.id,
        "label": tracklet.label,
        "state": STATES.get(tracklet.status, "gone"),
        "x": round(roi.topLeft().x, 3),
        "area": roi.width * roi.height,
        "z": tracklet.spatialCoordinates.z / 1000,
    }


def publish(tracks, heading):
    payload = {"tracks": tracks, "heading": heading, "count": counter.step()}
    text = json.dumps(payload, separators=(",", ":"))
    data = text.encode("utf-8")
    message = Buffer(len(data))
    message.setData(data)
    node.io["host"].send(message)


heading = None
while True:
    found = node.io["track"].get()
    imu = node.io["imu"].tryGet()
    if imu is not None:
        for packet in imu.packets:
            heading = packet.rotationVector.k
            readings.step(by=2)
    tracks = [describe(tracklet) for tracklet in found.tracklets if tracklet.age >= 0]
    publish(tracks, heading)
    node.debug(f"{counter.name}: {counter.rate():.1f}/s, {readings.count}")
    sleep(0.005)
