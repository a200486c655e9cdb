"""Posts the newest frame every `seconds`. The server learns from the headers how it went before."""
import time

from oakc import http, params

URL = f"http://{params.server}:{params.port}{params.path}"
LONGEST_PAUSE = 300  # seconds between attempts, while the server is away


def newest_frame():
    while True:
        frame = node.io["frames"].tryGet()
        if frame is not None:
            return frame
        time.sleep(0.02)


def pause_after(failures):
    """`seconds` while all is well, then twice as long each time: a server that comes back is not flooded."""
    return min(params.seconds * 2 ** min(failures, 16), max(params.seconds, LONGEST_PAUSE))


posted = failed = failures = 0
last_error = "none"
while True:
    frame = newest_frame()
    headers = {
        "Content-Type": "image/jpeg",
        "X-Frame": str(frame.getSequenceNum()),
        "X-Posted": str(posted),
        "X-Failed": str(failed),
        "X-Last-Error": last_error,
    }
    try:
        # One connection each: between two frames it would have been closed long ago.
        answer = http.post(URL, bytes(frame.getData()), headers=headers)
        if not answer.ok:
            raise http.HttpError(f"the server answered {answer.status} {answer.reason}")
        posted, failures = posted + 1, 0
    except http.HttpError as error:
        failed, failures = failed + 1, failures + 1
        # One line of ASCII: it travels in a header of the next post that gets through.
        last_error = ascii(str(error))[1:-1][:80]
    time.sleep(pause_after(failures))
