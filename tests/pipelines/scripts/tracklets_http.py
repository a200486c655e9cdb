"""Counts people and posts the count."""
import http.client
import json
import time

seen = set()
last = time.monotonic()
while True:
    tracklets = node.io["tracklets"].get().tracklets
    for t in tracklets:
        if t.status == Tracklet.TrackingStatus.NEW:
            seen.add(t.id)
    if time.monotonic() - last > 10:
        last = time.monotonic()
        try:
            server = http.client.HTTPConnection("192.168.1.20", 8000, timeout=5)
            server.request("POST", "/count", json.dumps({"count": len(seen)}))
            server.getresponse().read()
        except OSError as error:
            node.warn(f"not sent: {error}")
