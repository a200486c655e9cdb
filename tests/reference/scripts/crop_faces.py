# in: dets=ImgDetections frame=ImgFrame
# out: cfg=ImageManipConfig img=ImgFrame
import time

MARGIN = 0.05
last = 0.0


def clamp(value):
    return max(0.0, min(1.0, value))


def widened(det):
    xmin = clamp(det.xmin - MARGIN)
    ymin = clamp(det.ymin - MARGIN)
    xmax = clamp(det.xmax + MARGIN)
    ymax = clamp(det.ymax + MARGIN)
    return xmin, ymin, xmax, ymax


while True:
    dets = node.io["dets"].get()
    frame = node.io["frame"].get()
    width = frame.getWidth()
    height = frame.getHeight()
    node.warn(f"{len(dets.detections)} faces in {width}x{height}")
    for index, det in enumerate(dets.detections):
        if det.confidence < 0.5:
            continue
        cfg = ImageManipConfig()
        xmin, ymin, xmax, ymax = widened(det)
        cfg.setCropRect(xmin, ymin, xmax, ymax)
        cfg.setResize(300, 300)
        cfg.setKeepAspectRatio(False)
        cfg.setReusePreviousImage(index > 0)
        node.io["cfg"].send(cfg)
        node.io["img"].send(frame)
    now = time.monotonic()
    if now - last > 1.0:
        node.info("seq " + str(dets.getSequenceNum()))
        last = now
