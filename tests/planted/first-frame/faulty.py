"""Counts how many frames were lost on the way."""
received = 0
while True:
    frame = node.io["frames"].get()
    received += 1
    lost = frame.getSequenceNum() + 1 - received
    if received == 20:
        node.warn(f"{lost} frames were lost")
