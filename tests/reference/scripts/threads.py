# in: depth=SpatialLocationCalculatorData dets=SpatialImgDetections
# out: roi=SpatialLocationCalculatorConfig
import math
import threading
import time

lock = threading.Lock()
nearest = {"distance": None, "label": -1}
stop = threading.Event()


def distance(point):
    return math.sqrt(point.x ** 2 + point.y ** 2 + point.z ** 2)


def watch():
    queue = node.io["dets"]
    while not stop.is_set():
        message = queue.get()
        best = None
        for det in message.detections:
            away = distance(det.spatialCoordinates)
            if best is None or away < best:
                best = away
                with lock:
                    nearest["distance"] = away
                    nearest["label"] = det.label
        time.sleep(0.001)


def report(limit, repeat=2):
    config = SpatialLocationCalculatorConfig()
    data = SpatialLocationCalculatorConfigData()
    data.roi = Rect(Point2f(0.4, 0.4), Point2f(0.6, 0.6))
    data.depthThresholds.lowerThreshold = 100
    data.depthThresholds.upperThreshold = limit
    data.calculationAlgorithm = SpatialLocationCalculatorAlgorithm.MEDIAN
    config.addROI(data)
    for _ in range(repeat):
        node.io["roi"].send(config)


worker = threading.Thread(target=watch)
worker.daemon = True
worker.start()
report(5000)
report(limit=8000, repeat=1)
while True:
    measured = node.io["depth"].get()
    locations = measured.getSpatialLocations()
    for location in locations:
        z = location.spatialCoordinates.z
        node.warn("z " + str(int(z)) + " mm, " + "mean %.1f" % location.depthAverage)
    with lock:
        text = "nearest: {} {}".format(nearest["label"], nearest["distance"])
    node.info(text)
    stop.wait(0.01)
