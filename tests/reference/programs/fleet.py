"""The same pipeline for each of two cameras that the program knows by their MXIDs."""
import threading

import depthai as dai

CAMERAS = {"14442C10E1474FD000": "left", '1944301001564D1300': "right"}


def watch(info):
    pipeline = dai.Pipeline()
    pipeline.create(dai.node.Script).setScript("pass")
    with dai.Device(pipeline, info) as device:
        assert device.getMxId() == info.mxid
        device.getOutputQueue("frames").get()


found = {info.mxid: info for info in dai.Device.getAllAvailableDevices()}
assert sorted(found) == sorted(CAMERAS) and len({info.name for info in found.values()}) == 2
threads = [threading.Thread(target=watch, args=(found[mxid],)) for mxid in CAMERAS]
for thread in threads:
    thread.start()
    thread.join()
