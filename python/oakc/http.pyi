# Made by `cargo xtask gen` from compiler/script/src/api.
from typing import Any, ClassVar, overload
from typing_extensions import Buffer as _Bytes


class Answer:
    def __init__(self, status: Any, reason: Any, headers: Any, body: Any, url: Any) -> None: ...
    body: Any
    headers: Any
    def json(self) -> Any: ...
    ok: Any
    reason: Any
    status: Any
    text: Any
    url: Any
BOUNDARY: Any

class Client:
    def __init__(self, base: Any, timeout: Any = ..., largest: Any = ..., headers: Any = ..., auth: Any = ..., redirects: Any = ...) -> None: ...
    base: Any
    def close(self) -> Any: ...
    def delete(self, path: Any = ..., **kwargs: Any) -> Any: ...
    def get(self, path: Any = ..., **kwargs: Any) -> Any: ...
    headers: Any
    largest: Any
    def post(self, path: Any = ..., data: Any = ..., **kwargs: Any) -> Any: ...
    def put(self, path: Any = ..., data: Any = ..., **kwargs: Any) -> Any: ...
    redirects: Any
    def request(self, method: Any, path: Any = ..., data: Any = ..., json: Any = ..., headers: Any = ..., timeout: Any = ...) -> Any: ...
    timeout: Any
HEAD: Any

class HttpError(IOError):
    ...
IDLE: Any
LARGEST: Any
REDIRECTS: Any
REQUESTS: Any

class Reply:
    def __init__(self, body: Any = ..., status: Any = ..., content_type: Any = ..., headers: Any = ...) -> None: ...
    body: Any
    content_type: Any
    headers: Any
    status: Any

class Request:
    def __init__(self, method: Any, path: Any, query: Any, headers: Any, body: Any, peer: Any) -> None: ...
    body: Any
    headers: Any
    def json(self) -> Any: ...
    method: Any
    path: Any
    peer: Any
    query: Any
STALLED: Any
STREAM: Any

class Server:
    def __init__(self, port: Any = ..., address: Any = ..., visitors: Any = ...) -> None: ...
    address: Any
    def close(self) -> Any: ...
    port: Any
    refused: Any
    def route(self, path: Any, function: Any = ..., methods: Any = ...) -> Any: ...
    def start(self) -> Any: ...
    def stream(self, path: Any, viewers: Any = ...) -> Any: ...
    visitors: Any

class Stream:
    def __init__(self, viewers: Any) -> None: ...
    def add(self, sock: Any) -> Any: ...
    def close(self) -> Any: ...
    dropped: Any
    most: Any
    def push(self, jpeg: Any) -> Any: ...
    viewers: Any
TIMEOUT: Any
def get(url: Any, timeout: Any = ..., **kwargs: Any) -> Any: ...
parse_qsl: Any
def post(url: Any, data: Any = ..., timeout: Any = ..., **kwargs: Any) -> Any: ...
unquote: Any
urljoin: Any
urlsplit: Any
