import time
while True:
    node.io["out"].send(Buffer(1))
    time.sleep(1)
