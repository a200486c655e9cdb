import time
while True:
    frame = node.io["in"].get()
    # warning[log-only-script] 5-43: the script of `s` does nothing but log send the log over the network with `[logging]`, or the results over the network, SPI, GPIO or UART
    node.warn(f"{frame.getSequenceNum()}")
    print("again")
    time.sleep(1)
