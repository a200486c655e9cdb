"""Functions that create pipelines, and nobody who calls them."""
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


if __name__ == "__main__":
    print("nothing to do")
