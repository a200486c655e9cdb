import time
while True:
    frame = node.io["in"].get()
    # warning[log-only-script] 5-43: all that the script of `s` does is to log
    node.warn(f"{frame.getSequenceNum()}")
    print("again")
    time.sleep(1)
