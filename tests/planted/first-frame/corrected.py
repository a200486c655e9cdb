"""Counts how many frames were lost on the way."""
received = 0
first = None
while True:
    frame = node.io["frames"].get()
    if first is None:
        first = frame.getSequenceNum()
    received += 1
    lost = frame.getSequenceNum() - first + 1 - received
    if received == 20:
        node.warn(f"{lost} frames were lost")
