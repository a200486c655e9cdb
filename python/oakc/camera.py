"""What a script on the camera has without an import (`node`, `GPIO`, the messages), for type checkers only.

    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from oakc.camera import ImgFrame
"""
