import time
while True:
    time.sleep(1)
    frame = node.io["in"].get()
