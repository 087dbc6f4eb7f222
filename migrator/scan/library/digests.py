"""Hashes and encodings of constants: ids are sometimes cut from them."""

import base64
import binascii
import hashlib

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.builtin import unknown
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, Thing
from migrator.scan.registry import means


class Digest(Thing):
    """`hashlib.md5(b"...")`."""

    def __init__(self, kind: str, data: bytes | None) -> None:
        self.kind, self.data = kind, data

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Its text or bytes, and more data."""
        if self.data is None:
            return run.opaque("the hash of something that is not known", site)
        made = hashlib.new(self.kind, self.data, usedforsecurity=False)
        rules = {"hexdigest": made.hexdigest, "digest": made.digest}
        if name in rules:
            return Native(name, lambda run, call: rules[name]())
        if name == "update":
            return Native(name, self._update)
        return super().attribute(run, name, site)

    def _update(self, run: Interpreter, call: Call) -> None:
        more = call.first("data")
        sure = isinstance(more, bytes) and self.data is not None and not run.doubts
        self.data = self.data + more if sure and self.data is not None and isinstance(more, bytes) else None
        bounds.small(self.data)


def _hash(kind: str) -> None:
    @means(f"hashlib.{kind}")
    def digest(run: Interpreter, call: Call) -> object:
        data = call.args[0] if call.args else None
        if not isinstance(data, bytes):
            return unknown(run, call)
        run.spend(len(data) // 1000)
        return Digest(kind, data)


for _kind in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
    _hash(_kind)


def _coding(name: str) -> None:
    @means(f"base64.{name}")
    def code(run: Interpreter, call: Call) -> object:
        data = call.args[0] if call.args else None
        if not isinstance(data, (bytes, str)):
            return unknown(run, call)
        try:
            return bounds.small(getattr(base64, name)(data))
        except (binascii.Error, TypeError, ValueError) as error:
            return run.fail(type(error).__name__, str(error), call.site)


for _name in ("b64encode", "b64decode", "urlsafe_b64encode", "urlsafe_b64decode", "b32encode", "b32decode"):
    _coding(_name)
