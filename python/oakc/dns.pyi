from typing import Iterable, List, Mapping, Optional, Tuple, Union

LIMIT: float
TRY: float
TRIES: int
CHAIN: int
PACKETS: int
RECORDS: int
ADDRESSES: int
CACHE: int
LONGEST: int
ABSENT: int
STALE: int
GROUP: Tuple[str, int]

interface: Optional[str]

def configure(
    servers: Optional[Iterable[str]] = ..., search: Optional[Iterable[str]] = ..., hosts: Optional[Mapping[str, str]] = ...
) -> None: ...
def forget() -> None: ...
def resolve(name: Union[str, bytes, bytearray], timeout: float = ...) -> List[str]: ...
def install(
    servers: Optional[Iterable[str]] = ..., search: Optional[Iterable[str]] = ..., hosts: Optional[Mapping[str, str]] = ...
) -> None: ...
