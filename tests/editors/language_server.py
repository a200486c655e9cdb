"""A language server, spoken to over its standard input and output as an editor does.

In: the command that starts it. Out: what it finds in a text, offers at a place, and shows there. Never: a wait without end.
"""

import json
import pathlib
import queue
import subprocess
import threading

PATIENCE = 60


class LanguageServer:
    """`settings` are what it asks the editor for. It publishes the diagnostics of a text `publishes` times, the last time
    all of them, unless it is asked for them."""

    def __init__(self, command, folder, settings=None, publishes=1):
        self.folder, self.settings, self.publishes = folder, settings or {}, publishes
        self.process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.received, self.published, self.requests = queue.Queue(), {}, 0
        threading.Thread(target=self._read, daemon=True).start()
        root = pathlib.Path(folder).as_uri()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "publishDiagnostics": {},
                "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
            },
        }
        self._request(
            "initialize",
            processId=None,
            rootUri=root,
            workspaceFolders=[{"uri": root, "name": "editors"}],
            capabilities=capabilities,
        )
        self._notify("initialized")

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def open(self, name, text):
        uri = (pathlib.Path(self.folder) / name).as_uri()
        language = name.rpartition(".")[2]
        self._notify("textDocument/didOpen", textDocument={"uri": uri, "languageId": language, "version": 1, "text": text})
        return uri

    def close(self, uri):
        self.published.pop(uri, None)
        self._notify("textDocument/didClose", textDocument={"uri": uri})

    def diagnostics(self, uri):
        while len(self.published.get(uri, ())) < self.publishes and not any(self.published.get(uri, ())):
            self._receive()
        return self.published[uri][-1]

    def hover(self, uri, line, column):
        """The text that is shown, or nothing."""
        found = self._request("textDocument/hover", textDocument={"uri": uri}, position={"line": line, "character": column})
        return found["contents"]["value"] if found else ""

    def completions(self, uri, line, column):
        """The labels of what is offered."""
        found = self._request("textDocument/completion", textDocument={"uri": uri}, position={"line": line, "character": column})
        items = found["items"] if isinstance(found, dict) else found or []
        return [item["label"] for item in items]

    def _request(self, method, **params):
        self.requests += 1
        wanted = self.requests
        self._send(id=wanted, method=method, params=params)
        while True:
            message = self._receive()
            if message.get("id") == wanted and "method" not in message:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def _notify(self, method, **params):
        self._send(method=method, params=params)

    def _send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _receive(self):
        message = self.received.get(timeout=PATIENCE)
        if message is None:
            raise EOFError(f"{self.process.args[0]} has ended")
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.published.setdefault(params["uri"], []).append(params["diagnostics"])
        elif "method" in message and "id" in message:
            asked = message["params"]["items"] if message["method"] == "workspace/configuration" else []
            self._send(id=message["id"], result=[self.settings.get(item.get("section")) for item in asked] or None)
        return message

    def _read(self):
        stream = self.process.stdout
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                header = stream.readline()
            if length:
                self.received.put(json.loads(stream.read(length)))
        self.received.put(None)
