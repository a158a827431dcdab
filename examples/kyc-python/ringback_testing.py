"""Plays the gateway for unit tests: `gateway = FakeGateway(config={...})`, then `gateway.call(handle, "/users/1")`.

Never imported by the plugin itself, so no part of the component. It keeps buckets and callbacks in plain values, drops
the changes of a call that raises, and stops the clock. What only a gateway can do (templates, upstream, limits) it does
not: `ringback plugin test` runs the component in the real one.
"""

import copy
import hashlib
import hmac
import json as jsonlib
import re
import sys
from dataclasses import dataclass, make_dataclass
from datetime import datetime, timezone
from enum import Enum
from random import Random
from types import SimpleNamespace
from typing import Any

import ringback


def _record(name: str, *fields: str) -> type:
    return make_dataclass(name, fields)


class Err(Exception):  # noqa: N818, named as the bindings name it
    """What the bindings raise."""

    def __init__(self, value: Any):
        super().__init__(value)
        self.value = value


_TYPES = SimpleNamespace(
    Field=_record("Field", "name", "value"),
    Body_Empty=_record("Body_Empty"),
    Body_Text=_record("Body_Text", "value"),
    Body_Bytes=_record("Body_Bytes", "value"),
    Outgoing=_record("Outgoing", "method", "url", "headers", "body"),
    Options=_record("Options", "name", "delay", "ordering_key", "idempotency_key", "policy"),
    Error=_record("Error", "message", "detail"),
    Diagnostic=_record("Diagnostic", "message", "path", "span", "help"),
)

_ANSWERS = SimpleNamespace(
    Response=_record("Response", "status", "headers", "body"),
    Content_Empty=_record("Content_Empty"),
    Content_Text=_record("Content_Text", "value"),
    Content_Bytes=_record("Content_Bytes", "value"),
    Content_File=_record("Content_File", "value"),
    Content_Streamed=_record("Content_Streamed", "value"),
)

_Algorithm = Enum("Algorithm", ["HMAC_SHA256", "HMAC_SHA512", "HMAC_SHA1"])
_Level = Enum("Level", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"])


def _refuse(kind: str, text: str) -> None:
    raise Err(_record(f"Error_{kind}", "value")(text))


@dataclass
class Answer:
    """What a responder answered. `body` is what it gave: a text, bytes, a file's path, a stream's number, or None."""

    status: int
    headers: dict[str, str]
    body: Any

    def json(self) -> Any:
        return jsonlib.loads(self.body)


class FailedError(Exception):
    """What a hook failed with, as the gateway sees it."""

    def __init__(self, message: str, detail: str | None):
        super().__init__(message)
        self.detail = detail


class FakeGateway:
    """A gateway behind `ringback`, in place of the one before."""

    def __init__(self, *, buckets=None, secrets=None, config=None, now="2026-01-01T00:00:00Z", seed=1):
        self.buckets: dict[str, Any] = copy.deepcopy(buckets or {})
        """What the buckets hold now."""
        self.secrets: dict[str, str] = secrets or {}
        self.callbacks: list[SimpleNamespace] = []
        """What was scheduled: `id`, `method`, `url`, `headers`, `body`, and the options, `delay` in seconds."""
        self.logs: list[tuple[str, str, dict[str, str]]] = []
        """What was logged: level, message, fields."""
        self.now = datetime.fromisoformat(now.replace("Z", "+00:00"))
        """When it is. Assign another to move it."""
        dice = Random(seed)
        ringback.host.__dict__.update(
            types=_TYPES,
            answers=_ANSWERS,
            Err=Err,
            buckets=_Buckets(self),
            callbacks=_Callbacks(self),
            clock=SimpleNamespace(now=lambda: _micros(self.now)),
            config=SimpleNamespace(table=lambda: jsonlib.dumps(config or {})),
            log=SimpleNamespace(
                Level=_Level,
                write=lambda level, message, fields: self.logs.append((level.name.lower(), message, dict(fields))),
            ),
            random=SimpleNamespace(next=lambda: dice.getrandbits(64)),
            signer=SimpleNamespace(Algorithm=_Algorithm, sign=self._sign),
        )

    def call(
        self, handle, path="/", *, method="GET", params=None, query=None, headers=None, body="", json=None
    ) -> Answer:
        """Has a responder answer a request. Raises `FailedError` if the hook failed; its changes are dropped then."""
        text = body if json is None else jsonlib.dumps(json)
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            lower.setdefault("content-type", "application/json")
        head = SimpleNamespace(
            id="req-1",
            method=method,
            path=path,
            query=query,
            content_type=lower.get("content-type"),
            params=list((params or {}).items()),
            route=path,
            session="default",
            received=_micros(self.now),
            number=1,
        )
        before = copy.deepcopy(self.buckets), list(self.callbacks)
        try:
            response = self._hook(handle, "Responder").respond(head, _Handle(lower, text))
        except Err as error:
            self.buckets, self.callbacks = before
            raise FailedError(error.value.message, error.value.detail) from None
        sent = {line.name.lower(): line.value for line in response.headers}
        return Answer(response.status, sent, getattr(response.body, "value", None))

    def configure(self, check, table: dict) -> list:
        """What a `configure` hook finds in a table."""
        try:
            self._hook(check, "Configuration").configure(jsonlib.dumps(table))
        except Err as error:
            return error.value
        return []

    @staticmethod
    def _hook(author, name: str):
        return getattr(sys.modules[author.__module__], name)()

    def _sign(self, algorithm, secret: str, message: bytes) -> bytes:
        if secret not in self.secrets:
            _refuse("NoSuchSecret", f"there is no secret `{secret}`, or it was not granted")
        digest = getattr(hashlib, algorithm.name.removeprefix("HMAC_").lower())
        return hmac.new(self.secrets[secret].encode(), message, digest).digest()


class _Handle:
    """The request's own part."""

    def __init__(self, headers: dict[str, str], text: str):
        self._headers, self._text = headers, text

    def header(self, name: str) -> str | None:
        return self._headers.get(name.lower())

    def headers(self) -> list:
        return [_TYPES.Field(name, value) for name, value in self._headers.items()]

    def body(self) -> bytes:
        return self._text.encode()

    def text(self) -> str:
        return self._text

    def origin(self) -> str:
        return "http://localhost:3000"

    def client(self) -> str:
        return "127.0.0.1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


class _Callbacks:
    def __init__(self, gateway: FakeGateway):
        self._gateway = gateway

    def schedule(self, request, options) -> str:
        if not re.match(r"https?://.", request.url):
            _refuse("Invalid", f"`{request.url}` is not an absolute http or https URL")
        staged = self._gateway.callbacks
        for known in staged:
            if known.idempotency_key and known.idempotency_key == options.idempotency_key:
                return known.id
        callback = SimpleNamespace(
            id=f"cb-{len(staged) + 1}",
            method=request.method,
            url=request.url,
            headers={line.name.lower(): line.value for line in request.headers},
            body=getattr(request.body, "value", None),
            **{**vars(options), "delay": options.delay / 1e6},
        )
        staged.append(callback)
        return callback.id

    def cancel(self, id: str) -> bool:
        found = [one for one in self._gateway.callbacks if one.id == id]
        for one in found:
            self._gateway.callbacks.remove(one)
        return bool(found)

    def list_pending(self) -> list:
        now = _micros(self._gateway.now)
        return [
            SimpleNamespace(id=one.id, name=one.name, due=now + round(one.delay * 1e6), attempts=0)
            for one in self._gateway.callbacks
        ]


class _Buckets:
    def __init__(self, gateway: FakeGateway):
        self._gateway = gateway

    def _place(self, bucket: str, path: str, make: bool = False) -> tuple[Any, Any]:
        """The value that holds the last name of a path, and that name."""
        if bucket not in self._gateway.buckets:
            _refuse("NoSuchBucket", f"there is no bucket `{bucket}`, or it was not granted")
        names = [name.replace("\\.", ".") for name in re.split(r"(?<!\\)\.", path)] if path else []
        value, last = self._gateway.buckets, bucket
        for name in names:
            if make and isinstance(value, dict):
                value.setdefault(last, {})
            value = self._value(value, last)
            if value is None:
                return {}, name
            if not isinstance(value, (dict, list)):
                _refuse("NoSuchPath", f"nothing can be at `{path}`")
            last = int(name) if isinstance(value, list) else name
        return value, last

    @staticmethod
    def _value(holder: Any, name: Any) -> Any:
        if isinstance(holder, list):
            return holder[name] if 0 <= name < len(holder) else None
        return holder.get(name)

    def names(self) -> list[str]:
        return list(self._gateway.buckets)

    def get(self, bucket: str, path: str) -> str | None:
        value = self._value(*self._place(bucket, path))
        return None if value is None else jsonlib.dumps(value)

    def set(self, bucket: str, path: str, text: str) -> None:
        holder, name = self._place(bucket, path, make=True)
        if isinstance(holder, list) and name == len(holder):
            holder.append(None)
        holder[name] = jsonlib.loads(text)

    def push(self, bucket: str, path: str, text: str) -> None:
        value = self._value(*self._place(bucket, path))
        if not isinstance(value, list):
            _refuse("WrongType", f"an array is needed at `{path}`")
        value.append(jsonlib.loads(text))

    def merge(self, bucket: str, path: str, text: str) -> None:
        holder, name = self._place(bucket, path, make=True)
        holder[name] = {**(self._value(holder, name) or {}), **jsonlib.loads(text)}

    def inc(self, bucket: str, path: str, by: float) -> float:
        holder, name = self._place(bucket, path, make=True)
        holder[name] = (self._value(holder, name) or 0) + by
        return float(holder[name])

    def del_(self, bucket: str, path: str) -> None:
        holder, name = self._place(bucket, path)
        if path == "":
            holder[name] = None
        elif self._value(holder, name) is not None:
            del holder[name]


def _micros(at: datetime) -> int:
    return round((at - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds() * 1e6)
