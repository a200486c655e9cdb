"""Posts frames with their number of features: those with the same sequence number."""
import http.client

while True:
    frame = node.io["frames"].get()
    found = node.io["features"].get()
    while found.getSequenceNum() != frame.getSequenceNum():
        if found.getSequenceNum() < frame.getSequenceNum():
            found = node.io["features"].get()
        else:
            frame = node.io["frames"].get()
    connection = http.client.HTTPConnection("10.77.0.2", 80, timeout=5)
    headers = {"X-Features": str(len(found.trackedFeatures))}
    connection.request("POST", "/", bytes(frame.getData()), headers)
    connection.getresponse().read()
    connection.close()
