"""The other end, for a laptop: `python3 receive.py` takes the reports of any number of cameras and prints the totals of the day.

Each report carries the totals, so this can be restarted at any time: the next report of a camera tells them again.
"""
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT = 8000
LARGEST_REPORT = 64 * 1024
newest = {}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        if not 0 < size <= LARGEST_REPORT:
            self.send_error(413)
            return
        try:
            report = json.loads(self.rfile.read(size))
            camera, number, today = report["camera"], report["number"], report["today"]
        except (ValueError, TypeError, KeyError):
            self.send_error(400)
            return
        self.send_response(204)
        self.end_headers()
        if number != newest.get(camera):  # else the camera did not get the answer, and says it again
            newest[camera] = number
            print(f"{camera}: {report['entered']} entered, {report['left']} left in {report['seconds']} s; "
                  f"today {today['entered']} and {today['left']}", flush=True)

    def log_message(self, format, *args):
        """The line above says more."""


if __name__ == "__main__":
    try:
        HTTPServer(("", PORT), Handler).serve_forever()
    except KeyboardInterrupt:
        pass
