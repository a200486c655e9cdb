"""Uploads the newest reading: nobody waits for an older one."""
import http.client
import json

while True:
    celsius = [node.io["readings"].get(), *node.io["readings"].tryGetAll()][-1].chipTemperature.average
    try:
        connection = http.client.HTTPConnection("10.77.0.2", 80, timeout=0.2)
        connection.request("POST", "/", json.dumps({"celsius": celsius}))
        connection.getresponse().read()
        connection.close()
    except OSError as error:
        node.warn(f"not uploaded: {error}")
