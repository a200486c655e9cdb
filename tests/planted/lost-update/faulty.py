"""Reports to two servers at once, and counts what it has sent."""
import json
import socket
import threading
import time

SERVERS = [("10.77.0.2", 5000), ("10.77.0.3", 5000)]
sent = 0


def report(server):
    global sent
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for number in range(10):
        out.sendto(json.dumps({"number": number}).encode(), server)
        sent += 1
        time.sleep(0.1)


threads = [threading.Thread(target=report, args=(server,)) for server in SERVERS]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
node.warn(f"{sent} reports sent")
