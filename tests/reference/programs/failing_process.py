"""A process that ends before it has a pipeline, while the program waits for its frames."""
import multiprocessing
import time

import depthai as dai


def build(queue):
    pipeline = dai.Pipeline()
    pipeline.create(dai.node.MonoCamera).setWhatNoCameraHas(1)
    dai.Device(pipeline)


if __name__ == "__main__":
    queue = multiprocessing.Queue()
    multiprocessing.Process(target=build, args=(queue,), daemon=True, name="camera").start()
    while True:
        time.sleep(0.1)
