"""Logs motion to the eMMC."""
import time

with open("/media/mmcsd-0-0/imu.csv", "a") as log:
    while True:
        for packet in node.io["imu"].get().packets:
            a = packet.acceleroMeter
            log.write(f"{time.time()},{a.x},{a.y},{a.z}\n")
        log.flush()
