"""A build ended without a word before one of its changes to the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHANGES = [
    *((Path, name) for name in ("rename", "unlink", "mkdir", "write_text", "symlink_to")),
    *((shutil, "rmtree"), (os, "link")),
]


class Ended(BaseException):
    """The end, which nothing that is written expects."""


@contextmanager
def ended_before(step: int) -> Iterator[None]:
    """Whatever changes the disk works so many times, and is the end after that."""
    left = step

    def ending(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*arguments: Any, **keywords: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Ended
            return change(*arguments, **keywords)

        return changed

    with pytest.MonkeyPatch.context() as patched:
        for owner, name in CHANGES:
            patched.setattr(owner, name, ending(getattr(owner, name)))
        try:
            yield
        except Ended:
            assert left < 0
