# Made by `cargo xtask gen` from compiler/script/src/api.
from typing import Any, ClassVar, overload
from typing_extensions import Buffer as _Bytes

CONNACK: Any
CONNECT: Any

class Client:
    def __init__(self, host: Any, port: Any = ..., client_id: Any = ..., user: Any = ..., password: Any = ..., keep_alive: Any = ..., will: Any = ..., clean: Any = ..., outbox: Any = ..., outbox_bytes: Any = ..., on_message: Any = ..., on_connect: Any = ..., on_disconnect: Any = ...) -> None: ...
    client_id: Any
    def close(self, timeout: Any = ...) -> Any: ...
    connected: Any
    connections: Any
    dropped: Any
    def flush(self, timeout: Any = ...) -> Any: ...
    host: Any
    keep_alive: Any
    on_connect: Any
    on_disconnect: Any
    on_message: Any
    oversized: Any
    port: Any
    def publish(self, topic: Any, payload: Any = ..., qos: Any = ..., retain: Any = ...) -> Any: ...
    reason: Any
    received: Any
    sent: Any
    def start(self) -> Any: ...
    def subscribe(self, topic: Any, handler: Any = ..., qos: Any = ...) -> Any: ...
    def wait(self, timeout: Any = ...) -> Any: ...
DISCONNECT: Any
FIRST_PAUSE: Any
IN_FLIGHT: Any
LARGEST: Any
LONGEST_PAUSE: Any

class MqttError(IOError):
    ...
PINGREQ: Any
PINGRESP: Any
PORT: Any
PUBACK: Any
PUBLISH: Any
REFUSED: Any
SUBACK: Any
SUBSCRIBE: Any
TIMEOUT: Any
