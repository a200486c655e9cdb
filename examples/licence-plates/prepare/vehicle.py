"""Makes the detector of people and vehicles ready for the camera: takes the path of the TFLite file, writes detector.xml.

The model is MediaPipe's SSD MobileNetV2 (Open Images, 24 labels), which gives raw boxes and scores for 1917 anchors. The
camera's MobileNetDetectionNetwork wants the output of a DetectionOutput layer, so that is put behind; and it wants the frames of the
camera, BGR in planes from 0 to 255, so what turns these into the model's input is put in front.
"""
import shutil
import sys

import numpy as np
import openvino as ov
from openvino import opset1 as op
from openvino.preprocess import PrePostProcessor

from ir import save, whole

LABELS = 24  # 0 is the background
GRIDS = (19, 10, 5, 3, 2, 1)  # cells on a side, layer by layer
VARIANCES = (0.1, 0.1, 0.2, 0.2)


def anchors():
    """Boxes (left, top, right, bottom) in parts of the picture, in the order of the model's outputs."""
    scales = [0.2 + 0.15 * layer for layer in range(len(GRIDS))] + [1.0]
    boxes = []
    for layer, cells in enumerate(GRIDS):
        scale, following = scales[layer], scales[layer + 1]
        if layer == 0:
            shapes = [(0.1, 1.0), (scale, 2.0), (scale, 0.5)]
        else:
            shapes = [(scale, ratio) for ratio in (1.0, 2.0, 0.5, 3.0, 1 / 3)] + [((scale * following) ** 0.5, 1.0)]
        for row in range(cells):
            for column in range(cells):
                x, y = (column + 0.5) / cells, (row + 0.5) / cells
                for size, ratio in shapes:
                    width, height = size * ratio**0.5, size / ratio**0.5
                    boxes.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    return np.array(boxes, np.float32)


def with_input_of_camera(model):
    steps = PrePostProcessor(model)
    image = steps.input(0)
    image.tensor().set_element_type(ov.Type.f32).set_layout(ov.Layout("NCHW"))
    image.model().set_layout(ov.Layout("NHWC"))
    image.preprocess().reverse_channels().mean(127.5).scale(127.5)
    model = steps.build()
    model.get_parameters()[0].set_friendly_name("image")
    return model


def with_detections(model):
    """The model with [1, 1, 100, 7] as its output: picture, label, confidence and box of each detection."""

    outputs = {result.input_value(0).get_partial_shape()[2].get_length(): result.input_value(0) for result in model.get_results()}
    # y, x, height, width, as this model has them, to x, y, width, height.
    boxes = op.reshape(op.gather(outputs[4], whole([1, 0, 3, 2]), whole(2)), whole([1, -1]), False)
    scores = op.reshape(op.sigmoid(outputs[LABELS]), whole([1, -1]), False)
    corners = anchors()
    priors = np.stack([corners.ravel(), np.tile(np.array(VARIANCES, np.float32), len(corners))])
    detections = op.detection_output(
        boxes,
        scores,
        op.constant(priors[None].astype(np.float32)),
        {
            "num_classes": LABELS,
            "background_label_id": 0,
            "top_k": 200,
            "keep_top_k": [100],
            "code_type": "caffe.PriorBoxParameter.CENTER_SIZE",
            "nms_threshold": 0.45,
            "confidence_threshold": 0.2,
            "share_location": True,
            "normalized": True,
            "clip_after_nms": True,
        },
    )
    detections.set_friendly_name("detection_out")
    return ov.Model([op.result(detections)], model.get_parameters(), "detector")


if __name__ == "__main__":
    (source,) = sys.argv[1:]
    # OpenVINO tells a format by the end of the name.
    shutil.copy(source, "model.tflite")
    model = ov.Core().read_model("model.tflite")
    save(with_detections(with_input_of_camera(model)), "detector.xml")
