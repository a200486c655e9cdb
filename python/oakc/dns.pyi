# Made by `cargo xtask gen` from compiler/script/src/api.
from typing import Any, ClassVar, overload
from typing_extensions import Buffer as _Bytes

ABSENT: Any
ADDRESSES: Any
CACHE: Any
CHAIN: Any
GROUP: Any
LIMIT: Any
LONGEST: Any
PACKETS: Any
RECORDS: Any
STALE: Any
TRIES: Any
TRY: Any
def configure(servers: Any = ..., search: Any = ..., hosts: Any = ...) -> Any: ...
def forget() -> Any: ...
def install(servers: Any = ..., search: Any = ..., hosts: Any = ...) -> Any: ...
interface: Any
network: Any
def resolve(name: Any, timeout: Any = ...) -> Any: ...
