# oakc logging 1
import sys
import time
import _thread

MINE = "<oakc>"
STEADY = 60.0  # seconds that a script runs until the next pause is the shortest again
SHORTEST, LONGEST = 1.0, 60.0  # seconds until a script starts again
FAREWELL = 2.0  # seconds for the threads of a run to end
SETTLE = 10.0  # seconds that the end of a script waits for the address of the receiver, so that it is heard of
LINE = 4000  # characters of a line that has not ended
GAP = 10000  # numbers of messages that are missing; more mean that the numbers began again
ROOM = 800  # bytes for parameters in a heartbeat

log = type(sys)("oakc.log")
exec(compile(log_text, "<oakc>/log.py", "exec", dont_inherit=True), log.__dict__)
real = main.get("node")
initial = {name: value for name, value in main.items() if name != "__doc__"}
threads = {}  # the runs that threads belong to
sockets = None
quiet = set()  # threads whose traceback is sent already
ended = []


class Run:
    def __init__(self, number):
        self.number, self.over = number, False
        self.ports, self.system = {}, {}


class Node:
    """`node`, whose ports count and whose log is sent."""

    def __init__(self, run):
        self._run = run
        self.io = Ports(run)

    def __getattr__(self, name):
        return getattr(real, name)


class Device:
    """The device's own log. What it prints is not sent a second time."""


def quietly(level):
    def write(self, *parts, **named):
        me = _thread.get_ident()
        quiet.add(me)
        try:
            getattr(real, level)(*parts, **named)
        finally:
            quiet.discard(me)

    return write


def writer(level):
    def write(self, *parts, **named):
        check(self._run)
        getattr(device, level)(*parts, **named)
        try:
            words = " ".join(str(part) for part in parts)
        except Exception:
            words = "?"
        sender.send("log", level, words)

    write.__name__ = write.__qualname__ = level
    return write


for level in ("trace", "debug", "info", "warn", "error", "critical"):
    setattr(Node, level, writer(level))
    setattr(Device, level, quietly(level))
device = Device()
if real is not None:
    log.node = device


class Ports:
    """`node.io`."""

    def __init__(self, run):
        self._run = run

    def __getitem__(self, name):
        check(self._run)
        found = self._run.ports.get(name)
        if found is None:
            found = self._run.ports[name] = Port(real.io[name], name, self._run)
        return found

    def get(self, name, default=None):
        return self[name] if name in real.io else default

    def __contains__(self, name):
        return name in real.io

    def __iter__(self):
        return iter(real.io)

    def __len__(self):
        return len(real.io)

    def keys(self):
        return list(real.io)

    def values(self):
        return [self[name] for name in real.io]

    def items(self):
        return [(name, self[name]) for name in real.io]

    def __getattr__(self, name):
        return getattr(real.io, name)


class Port:
    """An input or an output."""

    def __init__(self, port, name, run):
        self._port, self._name, self._run = port, name, run
        self.taken = self.missed = self.sent = self.dropped = 0
        self._last = None
        self._counted, self._system = name in settings["counted"], name in settings["system"]

    def get(self):
        check(self._run)
        message = self._port.get()
        self._took(message)
        return message

    def tryGet(self):
        check(self._run)
        message = self._port.tryGet()
        if message is not None:
            self._took(message)
        return message

    def getAll(self):
        check(self._run)
        messages = self._port.getAll()
        for message in messages or ():
            self._took(message)
        return messages

    def tryGetAll(self):
        check(self._run)
        messages = self._port.tryGetAll()
        for message in messages or ():
            self._took(message)
        return messages

    def send(self, message):
        check(self._run)
        self._port.send(message)
        self.sent += 1

    def trySend(self, message):
        check(self._run)
        done = self._port.trySend(message)
        if done is False:
            self.dropped += 1
        else:
            self.sent += 1
        return done

    def __getattr__(self, name):
        return getattr(self._port, name)

    def _took(self, message):
        check(self._run)
        self.taken += 1
        try:
            if self._counted:
                number = message.getSequenceNum()
                if self._last is not None and 0 < number - self._last <= GAP:
                    self.missed += number - self._last - 1
                self._last = number
            if self._system:
                self._run.system = system(message)
        except Exception:
            pass


def system(message):
    found = {"temperature": "%.1f" % message.chipTemperature.average}
    for name, memory in (
        ("ddr", message.ddrMemoryUsage), ("cmx", message.cmxMemoryUsage),
        ("css_heap", message.leonCssMemoryUsage), ("mss_heap", message.leonMssMemoryUsage),
    ):
        found[name] = "%d/%d" % (memory.used, memory.total)
    found["css"] = "%.0f" % (100 * message.leonCssCpuUsage.average)
    found["mss"] = "%.0f" % (100 * message.leonMssCpuUsage.average)
    return found


def check(run):
    """Ends a thread that a run has left behind when the script starts again."""
    if run.over:
        raise SystemExit


class Tee:
    """What is printed: it goes where it would go anyway, and each line is sent."""

    def __init__(self, inner, level):
        self._inner, self._level, self._rest = inner, level, {}

    def write(self, text):
        if self._inner is not None:
            self._inner.write(text)
        me = _thread.get_ident()
        if me in threads and me not in quiet and sender.wants(self._level):
            *lines, rest = (self._rest.pop(me, "") + text).split("\n")
            if len(rest) > LINE:
                lines, rest = lines + [rest], ""
            if rest:
                self._rest[me] = rest
            for line in lines:
                sender.send("print", self._level, line)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        if self._inner is not None:
            self._inner.flush()

    def _send_rest(self):
        """Sends a line that has not ended."""
        rest = self._rest.pop(_thread.get_ident(), "")
        if rest:
            sender.send("print", self._level, rest)

    def __getattr__(self, name):
        return getattr(self._inner, name)


class Relay:
    """The way over a link to the Script node that sends."""

    def name(self):
        return "-"

    def send(self, data):
        message = initial["Buffer"](len(data))
        message.setData(data)
        return real.io[settings["relay"]].trySend(message) is not False


def lookup():
    """`oakc.dns` of its own: the script's begins anew with each run."""
    found = {name: type(sys)(name) for name in ("oakc", "oakc.network", "oakc.dns")}
    package, network, dns = found.values()
    network.dns, network.search, network.hosts = settings["dns"], settings["search"], {}
    package.network = network
    before = {name: sys.modules.get(name) for name in found}
    sys.modules.update(found)
    try:
        exec(compile(dns_text, MINE + "/dns.py", "exec", dont_inherit=True), dns.__dict__)
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return dns.resolve


def nobody(name):
    raise OSError("names cannot be looked up here")


def say(kind, level, text, facts="", run=None, sure=True):
    if run is not None:
        facts += log._fact("run", run.number)
    sender.send(kind, level, text, facts, sure=sure)


def made():
    version = log._fact("version", settings["version"]) if settings["version"] else ""
    return version + log._fact("build", settings["build"])


def report(error, run, thread=None, again=None, sure=False):
    """Sends an exception that nothing caught."""
    try:
        facts = log._fact("class", type(error).__name__)
        places = [place for place in log._frames(error) if place[0] in log._texts]
        if isinstance(error, SyntaxError) and error.filename in log._texts:
            places.append((error.filename, error.lineno or 1, None))
        if places:
            facts += log._fact("file", places[-1][0]) + log._fact("line", places[-1][1])
        if thread is not None:
            facts += log._fact("thread", thread)
        if again is not None:
            facts += log._fact("again", "%g" % again)
        text = log._traceback(error)
    except Exception:
        facts, text = "", type(error).__name__
    say("exception", "critical" if sure else "error", text, facts, run, sure)
    return text


def begin(function, args, kwargs={}):
    """Starts a thread that belongs to the run of the one that starts it."""
    run = threads.get(_thread.get_ident())
    if run is None or not callable(function) or not isinstance(args, tuple):
        return start_new_thread(function, args, kwargs)
    check(run)
    return start_new_thread(thread, (run, function, args, kwargs))


def thread(run, function, args, kwargs):
    me = _thread.get_ident()
    threads[me] = run
    try:
        function(*args, **kwargs)
    except SystemExit:
        pass
    except BaseException as error:
        report(error, run, "_thread")
        quiet.add(me)
        raise
    finally:
        finish_lines()
        threads.pop(me, None)
        quiet.discard(me)


def thread_failed(args):
    """An exception in a thread of `threading`."""
    me = _thread.get_ident()
    run = threads.get(me)
    if run is None or args.exc_value is None or isinstance(args.exc_value, SystemExit):
        return excepthook(args)
    report(args.exc_value, run, getattr(args.thread, "name", "?"))
    quiet.add(me)
    try:
        excepthook(args)
    finally:
        quiet.discard(me)


def finish_lines():
    for stream in streams:
        stream._send_rest()


def beat():
    """Sends heartbeats until the script and its threads have ended."""
    every = settings["heartbeat"]
    due = time.monotonic()
    while True:
        due += every
        now = time.monotonic()
        if due < now:
            due = now
        time.sleep(max(due - now, 0.01))
        if ended and not threads:
            return
        try:
            alive(current[0], every)
        except Exception:
            pass


def alive(run, every):
    facts = log._fact("run", run.number) + made() + log._fact("every", "%g" % every)
    if sender.failed:
        facts += log._fact("failed", sender.failed)
    for name, value in list(run.system.items()):
        facts += log._fact(name, value)
    ports, more, taken, missed, sent, dropped = "", 0, 0, 0, 0, 0
    for name, port in sorted(list(run.ports.items())):
        taken, missed, sent, dropped = taken + port.taken, missed + port.missed, sent + port.sent, dropped + port.dropped
        one = ""
        if port.taken:
            one = log._fact("in", "%d %d %s" % (port.taken, port.missed, name))
        if port.sent or port.dropped:
            one = log._fact("out", "%d %d %s" % (port.sent, port.dropped, name))
        if len((facts + ports + one).encode()) > ROOM:
            more += 1
        else:
            ports += one
    if more:
        ports += log._fact("more", more)
    up = int(time.monotonic() - began)
    text = "up %d h %02d min" % (up // 3600, up // 60 % 60) if up >= 60 else "up %d s" % up
    for count, word in (taken, "in"), (missed, "missed"), (sent, "out"), (dropped, "dropped"):
        if count:
            text += "; %d %s" % (count, word)
    if "temperature" in run.system:
        text += "; %s °C" % run.system["temperature"]
    sender.send("heartbeat", "info", text, facts, "[ports@32473%s]" % ports if ports else "", True)


def track():
    """Remembers the sockets of the script, to close them before it starts again."""
    global sockets
    try:
        import socket
        import weakref
    except Exception:
        return
    sockets = weakref.WeakSet()
    plain = socket.socket.__init__

    def init(self, *args, **kwargs):
        run = threads.get(_thread.get_ident())
        if run is not None:
            check(run)
        plain(self, *args, **kwargs)
        if run is not None:
            sockets.add(self)

    socket.socket.__init__ = init


def leave(run):
    """Ends what a run has left: its sockets, and with them the threads that wait for these."""
    run.over = True
    for left in list(sockets or ()):
        for end in (lambda: left.shutdown(2)), left.close:
            try:
                end()
            except Exception:
                pass
    until = time.monotonic() + FAREWELL
    while others() and time.monotonic() < until:
        time.sleep(0.05)
    left = others()
    if left:
        say("log", "warn", "%d threads of the script go on while it starts again" % left, sure=False)


def others():
    return len(threads) - (_thread.get_ident() in threads)


def scope(run):
    """The names that the script starts with."""
    names = main if run.number == 1 else dict(initial)
    if real is not None:
        names["node"] = Node(run)
    if modules:
        loader, texts = modules
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in finders]
        before = list(sys.meta_path)
        exec(compile(loader, "<frozen importlib._bootstrap>", "exec"), {"main": names, "modules": texts})
        finders[:] = [finder for finder in sys.meta_path if finder not in before]
        if texts.get("oakc.log", ("", 0, ""))[2] == log_text:
            package = __import__("oakc")
            package.log = sys.modules["oakc.log"] = log
    return names


def lines(script):
    """The lines that tracebacks show, with stars for the secrets that oakc says are in the script."""
    _, mark, places = script.rpartition("# oakc secrets at: ")
    data = script.encode("utf-8", "surrogatepass")
    try:
        for place in reversed(places.split(",") if mark else ()):
            start, end = map(int, place.split()[-1].split("-"))
            data = data[:start] + b"***" + b"\n" * data.count(b"\n", start, end) + data[end:]
        return data.decode("utf-8", "replace").splitlines()
    except Exception:
        return []


def code():
    source = text[text[:1] == "\ufeff":]
    try:
        return compile(source, file, "exec", dont_inherit=True)
    except IndentationError:
        # As a whole, a script may be indented.
        import textwrap

        return compile(textwrap.dedent(source), file, "exec", dont_inherit=True)


def watch():
    pause, number = SHORTEST, 0
    while True:
        number += 1
        run = current[0] = Run(number)
        threads[_thread.get_ident()] = run
        started = time.monotonic()
        say("start", "info", "started" if number == 1 else "started again", made(), run)
        try:
            exec(code(), scope(run))
        except SystemExit as error:
            finish_lines()
            failed = error.code not in (None, 0)
            facts = log._fact("code", error.code) if error.code is not None else ""
            say("end", "error" if failed else "info", "ended by sys.exit", facts, run)
            raise
        except BaseException as error:
            finish_lines()
            if time.monotonic() - started >= STEADY:
                pause = SHORTEST
            again = pause if settings["restart"] else None
            told = report(error, run, None, again, True)
            if again is None:
                raise
            try:
                device.error(told)
            except Exception:
                pass
            error = None
        else:
            finish_lines()
            say("end", "info", "ended", "", run)
            return
        leave(run)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST)


log._texts[file] = lines(text)
for name, module in modules[1].items() if modules else ():
    # The text of what sends is not there twice.
    if module[2] == 0:
        module[2] = {"oakc.log": log_text, "oakc.dns": dns_text}[name]
    log._texts[module[0]] = module[2].splitlines()
resolve = None
if dns_text:
    try:
        resolve = lookup()
    except Exception:
        resolve = nobody
way = Relay() if settings["relay"] else log._Udp(settings["host"], settings["port"], resolve)
sender = log._sender = log._Sender(way, settings["level"], settings["app"], settings["camera"], settings["node"])
current, finders, streams = [None], [], []
began = time.monotonic()
start_new_thread = _thread.start_new_thread
import threading
excepthook = threading.excepthook
threading.excepthook = thread_failed
_thread.start_new_thread = _thread.start_new = threading._start_new_thread = begin
sys.stdout, sys.stderr = Tee(sys.stdout, "info"), Tee(sys.stderr, "error")
streams += [sys.stdout, sys.stderr]
if settings["restart"]:
    track()
if settings["heartbeat"]:
    start_new_thread(beat, ())
try:
    watch()
finally:
    threads.pop(_thread.get_ident(), None)
    ended.append(True)
    if dns_text:
        way.settle(SETTLE)
