"""Lets every tenth picture pass."""
count = 0
while True:
    frame = node.io["in"].get()
    count += 1
    if count % 10 == 0:
        node.io["out"].send(frame)
