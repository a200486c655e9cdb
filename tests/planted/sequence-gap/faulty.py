"""Posts frames with their number of features: one of each queue, then the next."""
import http.client

while True:
    frame = node.io["frames"].get()
    found = node.io["features"].get()
    connection = http.client.HTTPConnection("10.77.0.2", 80, timeout=5)
    headers = {"X-Features": str(len(found.trackedFeatures))}
    connection.request("POST", "/", bytes(frame.getData()), headers)
    connection.getresponse().read()
    connection.close()
