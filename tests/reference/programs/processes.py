"""Pipelines that processes and pools build."""
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Manager, Pool, Process

import depthai as dai


def build(fps, frames=None):
    time.sleep(0.2)
    pipeline = dai.Pipeline()
    camera = pipeline.create(dai.node.MonoCamera)
    camera.setFps(fps)
    out = pipeline.create(dai.node.XLinkOut)
    out.setStreamName("left")
    camera.out.link(out.input)
    with dai.Device(pipeline) as device:
        while frames is not None:
            frames.put(device.getOutputQueue("left").get())
    return fps


class Worker(Process):
    def __init__(self, results):
        super().__init__(daemon=True)
        self.results = results

    def run(self):
        self.results["fps"] = build(5)


def main():
    multiprocessing.set_start_method("spawn", force=True)
    worker = Process(target=build, args=(3, multiprocessing.Queue(4)), name="camera")
    worker.start()
    while worker.is_alive():
        time.sleep(1)
    worker.join(timeout=1)
    assert worker.exitcode == 0, worker.exitcode
    with Pool(2) as pool:
        assert pool.map(build, [4]) == [4]
    with Manager() as manager:
        results = manager.dict()
        other = Worker(results)
        other.start()
        other.join()
        assert results["fps"] == 5
    with ProcessPoolExecutor() as executor:
        assert list(executor.map(build, [6])) == [6]


if __name__ == "__main__":
    main()
