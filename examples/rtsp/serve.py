"""Serves the video of the camera: rtsp://CAMERA:8554/video, by UDP and TCP."""
import time

from oakc import rtsp

PORT = 8554
VIEWERS = 4  # each takes the bandwidth of the whole stream

server = rtsp.Server(PORT, viewers=VIEWERS)
video = server.stream("/video", "h264")  # what the encoder's `profile` says
server.start()
watching = 0
while True:
    # tryGet and not get: whether a waiting get lets the other threads run is nowhere promised.
    frame = node.io["video"].tryGet()
    if frame is None:
        time.sleep(0.005)
        continue
    before, watching = watching, video.push(frame.getData())
    if watching != before:
        node.warn(f"{watching} watching")
