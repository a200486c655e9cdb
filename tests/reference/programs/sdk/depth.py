"""Depth aligned with colour, the motion sensor, and encoded frames of all cameras."""
from depthai_sdk import OakCamera

with OakCamera() as oak:
    color = oak.create_camera("color", resolution="max", encode="h265", fps=12)
    left = oak.create_camera("left")
    right = oak.create_camera("right")
    stereo = oak.create_stereo(left=left, right=right)
    stereo.config_stereo(align=color, subpixel=True)
    imu = oak.create_imu()
    imu.config_imu(report_rate=400, batch_report_threshold=5)
    oak.callback(stereo.out.depth, callback=print)
    oak.queue(color.out.encoded)
    oak.visualize(imu.out.main)
    oak.start()
    while oak.running():
        oak.poll()
