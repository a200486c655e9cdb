"""A module beside the program that needs what is not installed."""
import nowhere_at_all.sub.deeper as deep
from nowhere_at_all.sub import Base, decorate


class Derived(Base):
    def __init__(self):
        super().__init__("name", key=1)
        self.mine = 1

    @decorate.with_arguments(3)
    def method(self, a, b):
        return a, b
