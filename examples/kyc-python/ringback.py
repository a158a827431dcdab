"""What a plugin in Python writes against: the gateway's interfaces as plain Python.

Every interface is optional: it is there when `wit/world.wit` imports it, and what needs it says so when it is not. A
hook is an ordinary function under a decorator. In a unit test, `ringback_testing.py` plays the gateway.
"""

import _strptime  # noqa: F401, which `datetime.strptime` imports when it is first called: too late
import importlib
import json as jsonlib
import random
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

Headers = Mapping[str, str | list[str]] | Iterable[tuple[str, str]]
"""Names in any case; a list repeats a field."""

Duration = float | str | timedelta
"""Seconds, or `"250ms"`, `"1.5s"`, `"2m"`, `"1h"`, `"3d"`."""

Path = str | tuple[str | int, ...]
"""`"items.0.id"`, or the names as a tuple, where dots need no escape. `""`: the whole document."""


def _optional(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


_INTERFACES = ("buckets", "callbacks", "clock", "config", "log", "random", "signer", "templates", "types", "upstream")

host = SimpleNamespace(
    **{name: _optional(f"wit_world.imports.{name}") for name in _INTERFACES},
    answers=_optional("wit_world.exports.responder"),
    policy=_optional("wit_world.exports.callback_policy"),
    Err=getattr(_optional("componentize_py_types"), "Err", None),
)
"""The interfaces that the world imports, as the bindings have them. Those it does not are None."""


class GatewayError(Exception):
    """What the gateway refused. `kind` is the contract's word for why: `no-such-path`, `denied`, `no-such-secret`."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


def _of(name: str) -> Any:
    interface = getattr(host, name)
    if interface is None:
        line = f"import ringback:gateway/{name}@0.1.0;"
        raise RuntimeError(f"this plugin's world does not import `{name}`; add `{line}` to wit/world.wit")
    return interface


def _ask(name: str, function: str, *args: Any) -> Any:
    """Calls a function of the gateway, and turns its error into an exception that says why."""
    call = getattr(_of(name), function)
    try:
        return call(*args)
    except host.Err as error:
        why = error.value
        text = getattr(why, "value", None) or getattr(why, "message", None)
        kind = _kebab(type(why).__name__.removeprefix("Error_"))
        raise GatewayError(kind, text or kind) from None


_seed = random.seed


def _keep_seed(seed: Any = None, version: int = 2) -> None:
    """`random.seed`, which without an argument keeps the gateway's seed.

    The runtime calls it so in an instance's first call; drawing a seed there would shift what that call draws later.
    """
    if seed is not None:
        _seed(seed, version)


if host.types:
    random.seed = _keep_seed
    # What a call prints is logged line by line, also when the call breaks off.
    sys.stdout.reconfigure(line_buffering=True)


# --- hooks ---


class Request:
    """The request that a call is about. It speaks during that call only."""

    def __init__(self, head: Any, handle: Any):
        self._head, self._handle = head, handle
        self.id: str = head.id
        """The request's id, as in the journal."""
        self.method: str = head.method
        """Upper case: `POST`."""
        self.path: str = head.path
        """As sent, without the query: `/orders/1%2F2`."""
        self.params: dict[str, str] = dict(head.params)
        """What the route's path captured, decoded."""
        self.route: str = head.route
        """The name of the route."""
        self.session: str = head.session
        """The session: `default` unless the request names another."""
        self.number: int = head.number
        """How many requests this route has answered in this session, this one included."""

    @property
    def received(self) -> datetime:
        """When the gateway received it."""
        return _datetime(self._head.received)

    @property
    def search(self) -> str | None:
        """The query as sent, without `?`."""
        return self._head.query

    @property
    def query(self) -> dict[str, str]:
        """The query's fields, decoded; of a repeated one the last."""
        return dict(parse_qsl(self.search or "", keep_blank_values=True))

    def header(self, name: str) -> str | None:
        """A header field's value; None where there is none."""
        return self._head.content_type if name.lower() == "content-type" else self._open().header(name)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header field, in the order received."""
        return [(line.name, line.value) for line in self._open().headers()]

    @property
    def body(self) -> bytes:
        """The body as bytes."""
        return self._open().body()

    @property
    def text(self) -> str:
        """The body as text."""
        return self._open().text()

    def json(self) -> Any:
        """The body as JSON. Raises a `ValueError` where it is none."""
        return jsonlib.loads(self.text)

    @property
    def origin(self) -> str:
        """Under which the client reaches the gateway: `http://localhost:3000`."""
        return self._open().origin()

    @property
    def client(self) -> str:
        """The client's address, without port."""
        return self._open().client()

    def _open(self) -> Any:
        if self._handle is None:
            raise RuntimeError("the request has been answered; what a later call needs of it must be read before")
        return self._handle

    def _close(self) -> None:
        self._handle = None


_NOTHING = object()


@dataclass
class Response:
    """An answer: one of `json`, `text`, `body`, `file` and `stream`, or none. `json` and `text` bring a `content-type`.

    `file` is a path in the folder that the operator granted, `stream` a number for the `body-stream` hook.
    """

    status: int = 200
    headers: Headers = field(default_factory=dict)
    json: Any = _NOTHING
    text: str | None = None
    body: bytes | None = None
    file: str | None = None
    stream: int | None = None


@dataclass
class Diagnostic:
    """Something wrong in the configuration. `path` is a JSON Pointer into it."""

    message: str
    path: str | None = None
    span: tuple[int, int] | None = None
    help: str | None = None


def responder(handle: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The `responder` hook. What it raises is answered as 500, and all its changes are dropped."""

    class Responder:
        def respond(self, head: Any, request: Any) -> Any:
            _begin()
            req = Request(head, request)
            try:
                with request:
                    return _answer(handle(req))
            except BaseException as error:
                raise _failure(error) from None
            finally:
                req._close()
                _flush()

    return _export(handle, Responder)


def configure(check: Callable[[dict], Iterable[Diagnostic] | None]) -> Callable[[dict], Iterable[Diagnostic] | None]:
    """The `configuration` hook. Any diagnostic that it returns or yields keeps the plugin from being loaded."""

    class Configuration:
        def configure(self, config: str) -> None:
            _begin()
            try:
                found = list(check(jsonlib.loads(config)) or [])
            except BaseException as error:
                failed = _failure(error).value
                print(failed.detail, file=sys.stderr)
                found = [Diagnostic(failed.message)]
            finally:
                _flush()
            if found:
                raise host.Err([host.types.Diagnostic(one.message, one.path, one.span, one.help) for one in found])

    return _export(check, Configuration)


def callback_policy(policy: type) -> type:
    """The `callback-policy` hook, over a class with two methods, whose attempts count from 1.

    `plan(callback, attempt)` returns `Outgoing(...)`, the request to send. `decide(callback, attempt, outcome)` says
    what its outcome means: `"done"`, `("retry", duration)`, `("give-up", reason)` or `("then", [Outgoing(...)])`. The
    outcome is a `Reply`, or None for no answer in time, or a text that says why there is none.
    """
    author = policy()

    class CallbackPolicy:
        def plan(self, callback: Any, attempt: int) -> Any:
            _begin()
            try:
                return author.plan(_planned(callback), attempt)._wire()
            except BaseException as error:
                raise _failure(error) from None
            finally:
                _flush()

        def decide(self, callback: Any, attempt: int, outcome: Any) -> Any:
            _begin()
            told = getattr(outcome, "value", None)
            decided = author.decide(_planned(callback), attempt, Reply(told) if hasattr(told, "status") else told)
            _flush()
            kind, value = decided if isinstance(decided, tuple) else (decided, None)
            if kind == "retry":
                return host.policy.Decision_Retry(_micros(value))
            if kind == "give-up":
                return host.policy.Decision_GiveUp(value)
            if kind == "then":
                return host.policy.Decision_Then([(next._wire(), next._options()) for next in value])
            return host.policy.Decision_Done()

    return _export(policy, CallbackPolicy)


# --- the gateway ---


class bucket:  # noqa: N801, used as a function is
    """A bucket of the gateway, a JSON document: `bucket("users")["7.name"]`. Values are as `json` has them."""

    def __init__(self, name: str):
        self.name = name

    def _do(self, function: str, path: Path, *args: Any) -> Any:
        return _ask("buckets", function, self.name, _path_text(path), *args)

    def get(self, path: Path = "", default: Any = None) -> Any:
        """The value at a path."""
        found = self._do("get", path)
        return default if found is None else jsonlib.loads(found)

    def __getitem__(self, path: Path) -> Any:
        found = self._do("get", path)
        if found is None:
            raise KeyError(path)
        return jsonlib.loads(found)

    def __contains__(self, path: Path) -> bool:
        return self._do("get", path) is not None

    def __setitem__(self, path: Path, value: Any) -> None:
        self._do("set", path, _json_text(value))

    def __delitem__(self, path: Path) -> None:
        self._do("del_", path)

    def push(self, path: Path, value: Any) -> None:
        """Appends a value to the array at a path."""
        self._do("push", path, _json_text(value))

    def merge(self, path: Path, value: Mapping) -> None:
        """Copies members into the object at a path."""
        self._do("merge", path, _json_text(value))

    def inc(self, path: Path, by: float = 1) -> float:
        """Adds to the number at a path, and returns the sum: an `int` where it is whole."""
        total = self._do("inc", path, by)
        return int(total) if total.is_integer() else total


@dataclass
class Outgoing:
    """A request that the gateway sends. One of `json`, `text` and `body`, or none; `json` brings a `content-type`.

    What follows `body` is for callbacks: `delay` counts from when the answer leaves, `name` is for the journal.
    """

    url: str
    method: str = "POST"
    headers: Headers = field(default_factory=dict)
    json: Any = _NOTHING
    text: str | None = None
    body: bytes | None = None
    name: str = "callback"
    delay: Duration = 0
    ordering_key: str | None = None
    idempotency_key: str | None = None
    policy: str | None = None

    def _wire(self) -> Any:
        headers, kind, *value = _content(self, None)
        body = getattr(host.types, f"Body_{kind}")(*value)
        return host.types.Outgoing(self.method, str(self.url), headers, body)

    def _options(self) -> Any:
        delay = _micros(self.delay)
        return host.types.Options(self.name, delay, self.ordering_key, self.idempotency_key, self.policy)


def schedule(url: str, **request: Any) -> str:
    """Has the gateway send a request later, once this call's changes are committed, and returns its id.

    Takes what `Outgoing` takes: `schedule(url, json={"paid": True}, delay="5s")`. Raises a `GatewayError` of kind
    `invalid`, `denied` or `too-many`.
    """
    _of("callbacks")
    outgoing = Outgoing(url, **request)
    return _ask("callbacks", "schedule", outgoing._wire(), outgoing._options())


def cancel(id: str) -> bool:
    """Stops a callback. False: there is none of that id that is not settled."""
    return _ask("callbacks", "cancel", id)


def pending() -> list[SimpleNamespace]:
    """The callbacks of this session that are not settled: `id`, `name`, `due`, `attempts`."""
    found = _ask("callbacks", "list_pending")
    return [SimpleNamespace(id=c.id, name=c.name, due=_datetime(c.due), attempts=c.attempts) for c in found]


class clock:  # noqa: N801
    """The gateway's time, which stands still during a call. `time.time()` and `datetime.now()` are the same."""

    @staticmethod
    def now() -> datetime:
        return _datetime(clock.micros())

    @staticmethod
    def seconds() -> int:
        """Whole seconds since 1970."""
        return clock.micros() // 1_000_000

    @staticmethod
    def micros() -> int:
        """Microseconds since 1970."""
        return _ask("clock", "now")


class log:  # noqa: N801
    """Lines in the gateway's log: `log.info("applicant accepted", id=id)`. `print` is `log.info` too."""

    @staticmethod
    def write(level: str, message: str, fields: Mapping[str, Any]) -> None:
        shown = [(name, value if isinstance(value, str) else repr(value)) for name, value in fields.items()]
        _ask("log", "write", _of("log").Level[level.upper()], message, shown)

    @staticmethod
    def debug(message: str, /, **fields: Any) -> None:
        log.write("debug", message, fields)

    @staticmethod
    def info(message: str, /, **fields: Any) -> None:
        log.write("info", message, fields)

    @staticmethod
    def warn(message: str, /, **fields: Any) -> None:
        log.write("warn", message, fields)

    @staticmethod
    def error(message: str, /, **fields: Any) -> None:
        log.write("error", message, fields)


class sign:  # noqa: N801
    """Signatures with a secret that the operator granted by name: `sign.hmac_sha256("kyc-webhook", body).hex()`."""

    @staticmethod
    def hmac_sha256(secret: str, message: str | bytes) -> bytes:
        return _signed("HMAC_SHA256", secret, message)

    @staticmethod
    def hmac_sha512(secret: str, message: str | bytes) -> bytes:
        return _signed("HMAC_SHA512", secret, message)

    @staticmethod
    def hmac_sha1(secret: str, message: str | bytes) -> bytes:
        return _signed("HMAC_SHA1", secret, message)

    @staticmethod
    def ed25519(secret: str, message: str | bytes) -> bytes:
        return _signed("ED25519", secret, message)


def _signed(algorithm: str, secret: str, message: str | bytes) -> bytes:
    raw = message.encode() if isinstance(message, str) else message
    return _ask("signer", "sign", _of("signer").Algorithm[algorithm], secret, raw)


_read: dict[str, Any] = {}


def config() -> dict[str, Any]:
    """The plugin's own table in ringback.toml; `{}` where there is none."""
    # It is the same for as long as an instance lives.
    if _read.get("from") is not host.config or "table" not in _read:
        _read.update({"table": jsonlib.loads(_ask("config", "table")), "from": host.config})
    return _read["table"]


def render(source: str, data: Mapping | None = None, renderer: str = "handlebars") -> str:
    """Renders a template of the plugin's own."""
    return _ask("templates", "render", renderer, source, _json_text(data or {}))


class Reply:
    """What another server answered. `Response(reply.status, reply.headers, body=reply.body)` gives it on."""

    def __init__(self, answer: Any):
        self.status: int = answer.status
        self.headers: list[tuple[str, str]] = [(line.name, line.value) for line in answer.headers]
        self.body: bytes = answer.body

    def header(self, name: str) -> str | None:
        """A header field's value; None where there is none."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        return jsonlib.loads(self.body)


class upstream:  # noqa: N801
    """Other servers, asked while the client waits."""

    @staticmethod
    def forward() -> Reply:
        """Passes this request on to the route's upstream."""
        return Reply(_ask("upstream", "forward"))

    @staticmethod
    def fetch(url: str, method: str = "GET", **request: Any) -> Reply:
        """Sends a request to a granted host. Takes what `Outgoing` takes."""
        _of("upstream")
        return Reply(_ask("upstream", "fetch", Outgoing(url, method, **request)._wire()))


# --- crossing over ---


def _begin() -> None:
    # An instance that lives on would go on with the numbers of the calls before. `uuid` and `secrets` need nothing:
    # they ask the gateway each time.
    if host.random:
        _seed(host.random.next())


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _export(author: Any, hook: type) -> Any:
    """Puts a hook where the bindings look for it: into the module that it was written in."""
    setattr(sys.modules[author.__module__], hook.__name__, hook)
    return author


def _failure(error: BaseException) -> Any:
    said = str(error)
    if isinstance(error, ModuleNotFoundError):
        said += "; a built plugin has the modules that are imported at the top of a file, and no others"
    message = f"{type(error).__name__}: {said}" if said else type(error).__name__
    detail = "".join(traceback.format_exception(error))
    return host.Err(host.types.Error(message, detail))


def _answer(given: Any) -> Any:
    if not isinstance(given, Response):
        raise TypeError(f"a responder returns a `Response`, not {given!r}")
    if not isinstance(given.status, int) or not 0 <= given.status <= 999:
        raise ValueError(f"{given.status!r} is no status")
    if given.file is not None:
        return host.answers.Response(given.status, _fields(given.headers), host.answers.Content_File(given.file))
    if given.stream is not None:
        return host.answers.Response(given.status, _fields(given.headers), host.answers.Content_Streamed(given.stream))
    headers, kind, *value = _content(given, "text/plain; charset=utf-8")
    return host.answers.Response(given.status, headers, getattr(host.answers, f"Content_{kind}")(*value))


def _content(given: Any, text_type: str | None) -> tuple:
    """Header fields, the body's case and its value, if it has one."""
    if given.json is not _NOTHING:
        return _fields(given.headers, "application/json"), "Text", _json_text(given.json)
    if given.text is not None:
        return _fields(given.headers, text_type), "Text", str(given.text).encode(errors="replace").decode()
    if given.body is not None:
        return _fields(given.headers), "Bytes", given.body
    return _fields(given.headers), "Empty"


def _fields(headers: Headers, content_type: str | None = None) -> list:
    """`content_type` is for where there is none."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    listed = [(name, str(one)) for name, value in pairs for one in (value if isinstance(value, list) else [value])]
    if content_type and not any(name.lower() == "content-type" for name, _ in listed):
        listed.insert(0, ("content-type", content_type))
    return [host.types.Field(str(name), value) for name, value in listed]


def _planned(callback: Any) -> SimpleNamespace:
    request, body = callback.request, callback.request.body
    value = getattr(body, "value", None)
    content = {"text": value} if isinstance(value, str) else {"body": value}
    headers = [(line.name, line.value) for line in request.headers]
    return SimpleNamespace(
        id=callback.id,
        name=callback.name,
        cause=callback.cause,
        depth=callback.depth,
        due=_datetime(callback.due),
        settings=jsonlib.loads(callback.settings),
        request=Outgoing(request.url, request.method, headers, **content),
    )


_UNIT_MICROS = {"ms": 1e3, "s": 1e6, "m": 60e6, "h": 3600e6, "d": 86400e6}


def _micros(duration: Duration) -> int:
    if isinstance(duration, timedelta):
        return duration // timedelta(microseconds=1)
    if isinstance(duration, (int, float)):
        return round(duration * 1e6)
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)", duration)
    if not found:
        raise ValueError(f'{duration!r} is no duration; write seconds, or "250ms", "1.5s", "2m", "1h", "3d"')
    return round(float(found[1]) * _UNIT_MICROS[found[2]])


def _datetime(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)


def _path_text(path: Path) -> str:
    if isinstance(path, str):
        return path
    names = [str(name) for name in path]
    for index, name in enumerate(names):
        if name == "" or (name.endswith("\\") and index < len(names) - 1):
            raise ValueError(f"{name!r} can't be a name in a path")
    return ".".join(name.replace(".", "\\.") for name in names)


_ENCODER = jsonlib.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _json_text(value: Any) -> str:
    text = _ENCODER.encode(value)
    # Half a surrogate pair can't cross over as it is.
    return text if _is_utf8(text) else jsonlib.dumps(value, separators=(",", ":"))


def _is_utf8(text: str) -> bool:
    return text.isascii() or not re.search("[\ud800-\udfff]", text)


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
