import time
while True:
    frame = node.io["in"].get()
    # warning[log-only-script] 5-43: the script of `s` does nothing but log send it over the network, SPI, GPIO or
    node.warn(f"{frame.getSequenceNum()}")
    print("again")
    time.sleep(1)
