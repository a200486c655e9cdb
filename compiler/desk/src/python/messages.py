"""Messages, as scripts have them.

Messages from the scheduler keep its number for them, and are read when the script asks for what they say; a message
that the script did not touch goes back by that number.
"""
import marshal

import _oakc_clock as clock
import _oakc_values as values
import _oakc_wire as wire
from _oakc_values import Struct, first_value, given, plain

_classes, _new = values.classes, object.__new__


class Message:
    """A message: what it says is read when it is asked for."""

    __slots__ = (
        "_number", "_said", "_read", "_sequence", "_time", "_data", "_size", "_touched", "_members", "__weakref__")
    _fields = {}
    _initial = {}
    _datatype = "Buffer"
    # Whether a new one has the time at which it was made.
    _is_stamped = False

    def __init__(self, size=0):
        if type(size) is not int and not hasattr(size, "__index__"):
            raise TypeError("%s(): incompatible constructor arguments" % type(self).__name__)
        self._number, self._said, self._read = 0, {}, {}
        self._sequence, self._time = 0, clock.since_start() if self._is_stamped else None
        self._data, self._touched, self._members = bytearray(size), True, None
        self._size = len(self._data)

    def __del__(self):
        if self._number:
            wire.dropped.append(self._number)

    def _value(self, name, kind):
        """A field; whoever has it may change it."""
        if name in self._read:
            return self._read[name]
        if isinstance(self._said, bytes):
            self._said = marshal.loads(self._said)
        value = self._read[name] = first_value(self, name, kind)
        if isinstance(value, (list, dict, Struct)):
            self._touched = True
        return value

    def _set(self, name, value):
        self._touched = True
        self._read[name] = value

    def _fields_now(self):
        if isinstance(self._said, bytes):
            self._said = marshal.loads(self._said)
        if not self._read:
            return self._said
        said = dict(self._said)
        said.update((name, plain(value)) for name, value in self._read.items())
        return said

    def _bytes(self):
        if self._size < 0:
            raise RuntimeError("this camera is shown nothing: a scenario has to feed the output that sent the picture")
        if self._data is None:
            self._data = bytearray(wire.ask(wire.DATA, self._number))
        elif isinstance(self._data, bytes):
            self._data = bytearray(self._data)
        return self._data

    def getData(self):
        self._touched = self._touched or self._size < 4_096
        return memoryview(self._bytes())

    def setData(self, data):
        self._touched = True
        self._data = bytearray(data)
        self._size = len(self._data)

    def getSequenceNum(self):
        return self._sequence

    def setSequenceNum(self, number):
        self._touched = True
        self._sequence = number if type(number) is int else given("int", number)
        return self

    def getTimestamp(self, offset=None):
        return values.timedelta(microseconds=0 if self._time is None else (self._time + clock.boot) / 1_000)

    def getTimestampDevice(self, offset=None):
        return self.getTimestamp()

    def setTimestamp(self, time):
        self._touched = True
        time = given("datetime.timedelta", time)
        self._time = (time.days * 86_400 + time.seconds) * 1_000_000_000 + time.microseconds * 1_000 - clock.boot
        return self


def received(told):
    """A message as a script gets it, from the scheduler's words."""
    number, datatype, sequence, time, said, size, data, members = told
    # What scripts have no class for is bytes to them.
    made = _new(_classes.get(datatype) or _classes["Buffer"])
    made._number, made._said, made._read = number, said, {}
    made._sequence, made._time, made._touched = sequence, time, False
    made._data, made._size = data, size
    made._members = {name: received(member) for name, member in members} if members else None
    return made


def sent(message):
    """A message as the scheduler gets it: by its number if it is what came."""
    if not isinstance(message, Message):
        raise TypeError("send(): incompatible function arguments: a message is needed, not %s" % type(message).__name__)
    if not message._touched:
        return message._number
    data = message._data
    if data is None:
        data = b"" if message._size < 0 else message._bytes()
    members = message._members
    members = [(name, sent(member)) for name, member in members.items()] if members else ()
    time = -1 if message._time is None else message._time
    return (message._number, message._datatype, message._sequence, time, message._fields_now(), bytes(data), members)
