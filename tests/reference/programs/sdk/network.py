"""A network of the zoo on detections with their distance, followed by a second network."""
from depthai_sdk import FPSHandler, NNetManager, OakCamera, TwoStagePacket

with OakCamera() as oak:
    color = oak.create_camera("color")
    people = oak.create_nn("mobilenet-ssd", color, spatial=True, tracker=True)
    faces = oak.create_nn("face-detection-retail-0004", color)
    oak.visualize([people.out.tracker, faces])
    oak.start(blocking=True)
