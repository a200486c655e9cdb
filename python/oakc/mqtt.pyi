from typing import Any, Callable, Dict, List, Optional, Tuple, Union
from typing_extensions import Self

PORT: int
TIMEOUT: float
FIRST_PAUSE: float
LONGEST_PAUSE: float
IN_FLIGHT: int
LARGEST: int
CONNECT: int
CONNACK: int
PUBLISH: int
PUBACK: int
SUBSCRIBE: int
SUBACK: int
PINGREQ: int
PINGRESP: int
DISCONNECT: int
REFUSED: Dict[int, str]

# What JSON can say.
_Json = Union[None, bool, int, float, str, List[Any], Tuple[Any, ...], Dict[Any, Any]]
_Payload = Union[bytes, bytearray, memoryview, _Json]
_Handler = Callable[[str, bytes], object]
_Will = Union[Tuple[str, _Payload], Tuple[str, _Payload, int], Tuple[str, _Payload, int, bool], List[Any]]

class MqttError(OSError): ...

class Client:
    def __init__(
        self,
        host: str,
        port: int = ...,
        client_id: Optional[str] = ...,
        user: Union[str, bytes, None] = ...,
        password: Union[str, bytes, None] = ...,
        keep_alive: int = ...,
        will: Optional[_Will] = ...,
        clean: bool = ...,
        outbox: int = ...,
        outbox_bytes: int = ...,
        on_message: Optional[_Handler] = ...,
        on_connect: Optional[Callable[[], object]] = ...,
        on_disconnect: Optional[Callable[[Optional[Exception]], object]] = ...,
    ) -> None: ...
    host: str
    port: int
    client_id: str
    keep_alive: int
    on_message: Optional[_Handler]
    on_connect: Optional[Callable[[], object]]
    on_disconnect: Optional[Callable[[Optional[Exception]], object]]
    connected: bool
    reason: Optional[Exception]
    sent: int
    received: int
    dropped: int
    oversized: int
    connections: int
    def start(self) -> Self: ...
    def publish(self, topic: str, payload: _Payload = ..., qos: int = ..., retain: bool = ...) -> None: ...
    def subscribe(self, topic: str, handler: Optional[_Handler] = ..., qos: int = ...) -> None: ...
    def wait(self, timeout: Optional[float] = ...) -> bool: ...
    def flush(self, timeout: Optional[float] = ...) -> bool: ...
    def close(self, timeout: Optional[float] = ...) -> None: ...
