"""Cuts faces out and sends them to the second network."""
import time

last = None
while True:
    frame = node.io["preview"].tryGet()
    if frame is not None:
        last = frame
    faces = node.io["faces"].tryGet()
    if faces is not None and last is not None:
        for face in faces.detections:
            config = ImageManipConfig()
            config.setCropRect(face.xmin, face.ymin, face.xmax, face.ymax)
            config.setResize(62, 62)
            config.setKeepAspectRatio(False)
            node.io["manip_cfg"].send(config)
            node.io["manip_img"].send(last)
    time.sleep(0.001)
