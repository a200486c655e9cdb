"""Posts each tag that is seen. Posting takes its time, so a thread of its own does it."""
import http.client
import json
import threading

waiting = []
condition = threading.Condition()


def post(tag):
    connection = http.client.HTTPConnection("10.77.0.2", 80, timeout=5)
    connection.request("POST", "/tags", json.dumps({"tag": tag}))
    connection.getresponse().read()
    connection.close()


def work():
    while True:
        if not waiting:
            with condition:
                condition.wait()
        post(waiting.pop(0))


threading.Thread(target=work, daemon=True).start()
while True:
    for tag in node.io["tags"].get().aprilTags:
        waiting.append(tag.id)
        with condition:
            condition.notify()
