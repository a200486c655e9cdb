# Made by `cargo xtask gen` from compiler/script/src/api.
from typing import Any, ClassVar


class Direction:
    IN: ClassVar[Direction]
    OUT: ClassVar[Direction]
    def __getattr__(self, name: str) -> Any: ...

class Edge:
    FALLING: ClassVar[Edge]
    LEVEL_HIGH: ClassVar[Edge]
    LEVEL_LOW: ClassVar[Edge]
    RISING: ClassVar[Edge]
    def __getattr__(self, name: str) -> Any: ...
FALLING: Edge
HIGH: State
IN: Direction
LEVEL_HIGH: Edge
LEVEL_LOW: Edge
LOW: State
OUT: Direction
PULL_DOWN: PullDownUp
PULL_NONE: PullDownUp
PULL_UP: PullDownUp

class PullDownUp:
    PULL_DOWN: ClassVar[PullDownUp]
    PULL_NONE: ClassVar[PullDownUp]
    PULL_UP: ClassVar[PullDownUp]
    def __getattr__(self, name: str) -> Any: ...
RISING: Edge

class State:
    HIGH: ClassVar[State]
    LOW: ClassVar[State]
    def __getattr__(self, name: str) -> Any: ...
def clearInterrupt(*args: Any, **kwargs: Any) -> Any: ...
def enablePwm(*args: Any, **kwargs: Any) -> Any: ...
def hasInterruptEvent(*args: Any, **kwargs: Any) -> Any: ...
def read(*args: Any, **kwargs: Any) -> Any: ...
def release(*args: Any, **kwargs: Any) -> Any: ...
def setInterrupt(*args: Any, **kwargs: Any) -> Any: ...
def setPwm(gpio: int, highCount: int, lowCount: int, repeat: int = ...) -> int: ...
def setup(gpio: int, dir: Direction, pud: PullDownUp = ..., exclusive: bool = ...) -> int: ...
def waitInterruptEvent(*args: Any, **kwargs: Any) -> Any: ...
def write(*args: Any, **kwargs: Any) -> Any: ...
