# Made by `cargo xtask gen` from compiler/script/src/api.
from typing import Any, ClassVar, overload
from typing_extensions import Buffer as _Bytes

BODY: Any
CODECS: Any
HEAD: Any
HUFFMAN: Any
IDLE: Any
LARGEST: Any
LATE: Any
LATER: Any
LINGER: Any
METHODS: Any
OUTBOX: Any
PACKET: Any
PIXELS: Any
RATE: Any
REASONS: Any
REPORT: Any
REQUEST: Any
SESSION: Any
STALLED: Any

class Server:
    def __init__(self, port: Any = ..., address: Any = ..., viewers: Any = ..., user: Any = ..., password: Any = ..., rtp_port: Any = ..., clock: Any = ...) -> None: ...
    address: Any
    clock: Any
    def close(self) -> Any: ...
    dropped: Any
    most: Any
    port: Any
    refused: Any
    rtp_port: Any
    def start(self) -> Any: ...
    def stream(self, path: Any, codec: Any) -> Any: ...
    viewers: Any

class Stream:
    def __init__(self, server: Any, codec: Any) -> None: ...
    def description(self, address: Any) -> Any: ...
    frames: Any
    problem: Any
    def push(self, data: Any, timestamp: Any = ...) -> Any: ...
    sequence: Any
    ssrc: Any
    def ticks(self, now: Any) -> Any: ...
VISITORS: Any
unquote: Any
urlsplit: Any
