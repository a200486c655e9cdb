"""Downloads a file: url.py URL FILE. What is in FILE already is kept, and what follows is asked for."""
import os
import sys
import urllib.error
import urllib.request


def main(url, path):
    have = os.path.getsize(path) if os.path.exists(path) else 0
    request = urllib.request.Request(url, headers={"User-Agent": "oakc", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", "bytes=%d-" % have)
    try:
        response = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        # There is nothing after what is there: it is whole, or another file.
        if error.code == 416 and have:
            return
        raise
    with response, open(path, "ab" if response.status == 206 else "wb") as file:
        while True:
            chunk = response.read(1 << 16)
            if not chunk:
                break
            file.write(chunk)
        length = response.headers.get("Content-Length")
        if length is not None and response.status == 200 and file.tell() < int(length):
            sys.exit("the connection was closed after %d of %s bytes" % (file.tell(), length))


try:
    main(sys.argv[1], sys.argv[2])
except (OSError, ValueError) as error:
    sys.exit(str(error))
