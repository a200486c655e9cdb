from datetime import timedelta
from typing import Any, Callable, Dict, Iterable, Optional, Tuple, Union
from typing_extensions import Buffer, Self

PACKET: int
LARGEST: int
OUTBOX: int
LATE: float
STALLED: float
SESSION: int
REQUEST: float
IDLE: float
REPORT: float
LINGER: float
HEAD: int
BODY: int
VISITORS: int
PIXELS: int
RATE: int
METHODS: str
REASONS: Dict[int, str]
HUFFMAN: Dict[int, int]
LATER: Tuple[int, ...]
CODECS: Dict[str, Any]

class Server:
    def __init__(
        self,
        port: int = ...,
        address: str = ...,
        viewers: int = ...,
        user: Optional[str] = ...,
        password: str = ...,
        rtp_port: int = ...,
        clock: Callable[[], Optional[float]] = ...,
    ) -> None: ...
    port: int
    address: str
    most: int
    rtp_port: int
    clock: Callable[[], Optional[float]]
    refused: int
    dropped: int
    def stream(self, path: str, codec: str) -> Stream: ...
    def start(self) -> Self: ...
    def close(self) -> None: ...
    @property
    def viewers(self) -> int: ...

class Stream:
    # `Server.stream` makes it.
    def __init__(self, server: Server, codec: Any) -> None: ...
    problem: Optional[str]
    frames: int
    ssrc: int
    sequence: int
    def push(self, data: Union[Buffer, Iterable[int]], timestamp: Union[timedelta, float, None] = ...) -> int: ...
    def ticks(self, now: float) -> int: ...
    def description(self, address: str) -> str: ...
