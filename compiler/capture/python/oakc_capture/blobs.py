"""`dai.OpenVINO.Blob` of a model that is not there: with an input and outputs, as programs ask for their sizes."""
import re

from oakc_capture.files import is_path

SIZE = re.compile(r"(?<!\d)(?:(\d{2,4})x(\d{2,4})|(\d{3,4})_(\d{3,4}))(?!\d)")
USUAL = (300, 300)  # where the name of the file does not say it
WELL_KNOWN = (("yolo", (416, 416)), ("mobilenet", (300, 300)))


def replace_blob(dai, files, told):
    """Puts the stand-in into the library; a model that is there is read by the library as ever."""
    real = dai.OpenVINO.Blob

    class Blob(real):
        def __init__(self, source):
            self.missing = None
            if is_path(source):
                self.missing = str(source) if files.find(source) is None else None
                source = files.model(source)
            super().__init__(source)

        @property
        def networkInputs(self):
            return super().networkInputs if self.missing is None else self.tensors((*self.size(), 3, 1))

        @property
        def networkOutputs(self):
            return super().networkOutputs if self.missing is None else self.tensors((*self.size(), 1, 1))

        def size(self):
            """Width and height of the input."""
            name = self.missing.replace("\\", "/").split("/")[-1].lower()
            found = SIZE.search(name)
            known = [size for word, size in WELL_KNOWN if word in name]
            size = tuple(int(number) for number in found.groups() if number) if found else (known or [USUAL])[0]
            told.guessed(self.missing, "%d x %d" % size)
            return size

        def tensors(self, dims):
            tensor = dai.TensorInfo()
            tensor.name, tensor.dims = "0", list(dims)
            tensor.numDimensions, tensor.dataType = len(dims), dai.TensorInfo.DataType.U8F
            tensor.order = dai.TensorInfo.StorageOrder.NCHW
            return Tensors(tensor)

    Blob.__module__ = real.__module__
    dai.OpenVINO.Blob = Blob


class Tensors(dict):
    """One tensor, by whatever name it is asked for."""

    def __init__(self, tensor):
        super().__init__({tensor.name: tensor})
        self.tensor = tensor

    def __missing__(self, name):
        return self.tensor

    def get(self, name, default=None):
        return self.tensor
