"""A web server on the camera: `/` a page, `/stream` live MJPEG, `/snapshot.jpg` one frame, `/status` JSON."""
import threading
import time

from oakc import http

PORT = 8080
MAX_STREAMS = 4  # each takes the bandwidth of the whole stream
PAGE = "<!doctype html><title>camera</title><body style='margin:0'><img src=/stream style='width:100%'>"
NOT_STORED = {"Cache-Control": "no-store"}

server = http.Server(PORT)
stream = server.stream("/stream", MAX_STREAMS)
came = threading.Condition()
jpeg, frames = b"", 0
started = time.monotonic()


@server.route("/")
def page(request):
    return http.Reply(PAGE, content_type="text/html", headers=NOT_STORED)


@server.route("/snapshot.jpg")
def snapshot(request):
    with came:
        # Newer than what there was when the request came: never a picture of the past.
        before = frames
        if came.wait_for(lambda: frames > before, timeout=3):
            return http.Reply(jpeg, content_type="image/jpeg", headers=NOT_STORED)
    return http.Reply("no frame for 3 seconds\n", 503, "text/plain")


@server.route("/status")
def status(request):
    return {"frames": frames, "seconds": round(time.monotonic() - started, 1)}


@server.route("/*")
def nothing(request):
    return http.Reply("/ /stream /snapshot.jpg /status\n", 404, "text/plain")


server.start()
while True:
    # tryGet and not get: whether a waiting get lets the other threads run is nowhere promised.
    frame = node.io["frames"].tryGet()
    if frame is None:
        time.sleep(0.005)
        continue
    stream.push(frame.getData())
    with came:
        jpeg, frames = bytes(frame.getData()), frames + 1
        came.notify_all()
