import socket
from typing import Any, Callable, Dict, IO, Iterable, List, Mapping, Optional, Tuple, TypeVar, Union, overload
from typing_extensions import Buffer, Self

TIMEOUT: float
IDLE: float
STALLED: float
LARGEST: int
HEAD: int
REDIRECTS: int
REQUESTS: int
BOUNDARY: bytes
STREAM: bytes

# What JSON can say.
_Json = Union[None, bool, int, float, str, List[Any], Tuple[Any, ...], Dict[Any, Any]]
_Headers = Mapping[str, Union[str, bytes, int]]
# What goes to a server as it is.
_Data = Union[str, Buffer, IO[bytes], Iterable[bytes]]
_Login = Union[Tuple[str, str], List[str]]

class HttpError(OSError): ...

class Answer:
    def __init__(self, status: int, reason: str, headers: Dict[str, str], body: bytes, url: str) -> None: ...
    status: int
    reason: str
    headers: Dict[str, str]
    body: bytes
    url: str
    @property
    def ok(self) -> bool: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...

class Client:
    def __init__(
        self,
        base: str,
        timeout: float = ...,
        largest: int = ...,
        headers: Optional[_Headers] = ...,
        auth: Optional[_Login] = ...,
        redirects: int = ...,
    ) -> None: ...
    base: str
    timeout: float
    largest: int
    headers: Dict[str, Any]
    redirects: int
    def get(
        self,
        path: str = ...,
        *,
        data: Optional[_Data] = ...,
        json: _Json = ...,
        headers: Optional[_Headers] = ...,
        timeout: Optional[float] = ...,
    ) -> Answer: ...
    def post(
        self,
        path: str = ...,
        data: Optional[_Data] = ...,
        *,
        json: _Json = ...,
        headers: Optional[_Headers] = ...,
        timeout: Optional[float] = ...,
    ) -> Answer: ...
    def put(
        self,
        path: str = ...,
        data: Optional[_Data] = ...,
        *,
        json: _Json = ...,
        headers: Optional[_Headers] = ...,
        timeout: Optional[float] = ...,
    ) -> Answer: ...
    def delete(
        self,
        path: str = ...,
        *,
        data: Optional[_Data] = ...,
        json: _Json = ...,
        headers: Optional[_Headers] = ...,
        timeout: Optional[float] = ...,
    ) -> Answer: ...
    def request(
        self,
        method: str,
        path: str = ...,
        data: Optional[_Data] = ...,
        json: _Json = ...,
        headers: Optional[_Headers] = ...,
        timeout: Optional[float] = ...,
    ) -> Answer: ...
    def close(self) -> None: ...

def get(
    url: str,
    timeout: float = ...,
    *,
    json: _Json = ...,
    headers: Optional[_Headers] = ...,
    largest: int = ...,
    auth: Optional[_Login] = ...,
    redirects: int = ...,
) -> Answer: ...
def post(
    url: str,
    data: Optional[_Data] = ...,
    timeout: float = ...,
    *,
    json: _Json = ...,
    headers: Optional[_Headers] = ...,
    largest: int = ...,
    auth: Optional[_Login] = ...,
    redirects: int = ...,
) -> Answer: ...

class Request:
    def __init__(
        self, method: str, path: str, query: Dict[str, str], headers: Dict[str, str], body: bytes, peer: str
    ) -> None: ...
    method: str
    path: str
    query: Dict[str, str]
    headers: Dict[str, str]
    body: bytes
    peer: str
    def json(self) -> Any: ...

class Reply:
    def __init__(
        self,
        body: Union[str, Buffer, Iterable[int]] = ...,
        status: int = ...,
        content_type: str = ...,
        headers: Optional[Mapping[str, object]] = ...,
    ) -> None: ...
    body: Union[str, Buffer, Iterable[int]]
    status: int
    content_type: str
    headers: Dict[str, Any]

_Handler = Callable[[Request], Union[Reply, bytes, bytearray, memoryview, _Json]]
_Decorated = TypeVar("_Decorated", bound=_Handler)

class Server:
    def __init__(self, port: int = ..., address: str = ..., visitors: int = ...) -> None: ...
    port: int
    address: str
    visitors: int
    refused: int
    @overload
    def route(self, path: str, function: _Handler, methods: Iterable[str] = ...) -> _Handler: ...
    @overload
    def route(self, path: str, function: None = ..., methods: Iterable[str] = ...) -> Callable[[_Decorated], _Decorated]: ...
    def stream(self, path: str, viewers: int = ...) -> Stream: ...
    def start(self) -> Self: ...
    def close(self) -> None: ...

class Stream:
    def __init__(self, viewers: int) -> None: ...
    most: int
    dropped: int
    @property
    def viewers(self) -> int: ...
    def push(self, jpeg: Union[Buffer, Iterable[int]]) -> int: ...
    def close(self) -> None: ...
    def add(self, sock: socket.socket) -> bool: ...
