"""Functions that create pipelines, and nobody who calls them."""
import contextlib

import depthai as dai


class Counter:
    def __init__(self, fps=5):
        self.fps = fps

    def build(self, size: int = 300):
        self.pipeline = dai.Pipeline()
        camera = self.pipeline.create(dai.node.ColorCamera)
        camera.setFps(self.fps)
        camera.setPreviewSize(size, size)
        return self.pipeline

    @property
    def built(self):
        return self.build(200)


def create_pipeline(fps=12):
    return Counter(fps).build()


def add_camera(pipeline):
    pipeline.createColorCamera().setFps(3)


def with_rate(rate):
    pipeline = dai.Pipeline()
    pipeline.create(dai.node.ColorCamera).setFps(rate)
    return pipeline


def unrelated(text):
    return text.upper()


async def later(device):
    return create_pipeline(9)


def on_socket(socket):
    pipeline = dai.Pipeline()
    camera = pipeline.create(dai.node.ColorCamera)
    camera.setBoardSocket(socket)
    camera.setFps(6)
    return pipeline


@contextlib.contextmanager
def opened():
    yield create_pipeline(11)


if __name__ == "__main__":
    print("nothing to do")
