"""Two cameras, each with its own pipeline and thread; and a module that is not installed."""
import threading

import a_module_that_nobody_has
import depthai as dai


def watch(pipeline, info):
    with dai.Device(pipeline, info) as device:
        queue = device.getOutputQueue("imu")
        while True:
            a_module_that_nobody_has.show(queue.get())


def pipeline(rate):
    made = dai.Pipeline()
    imu = made.create(dai.node.IMU)
    imu.enableIMUSensor(dai.IMUSensor.ACCELEROMETER_RAW, rate)
    imu.setBatchReportThreshold(1)
    out = made.create(dai.node.XLinkOut)
    out.setStreamName("imu")
    imu.out.link(out.input)
    return made


threads = []
for rate, info in zip((100, 400), dai.Device.getAllAvailableDevices() * 2):
    threads.append(threading.Thread(target=watch, args=(pipeline(rate), info)))
    threads[-1].start()
    threads[-1].join()
