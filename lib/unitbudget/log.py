"""Any error as one sentence; of a mistake of ours the traceback is kept where the sentence says."""

from __future__ import annotations

import errno
import logging
import tempfile
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from unitbudget.errors import Refused, Unforeseen, UnitBudgetError
from unitbudget.package import project

NAME = "unitbudget.log"
#: What a system refuses for reasons that are not ours.
_REFUSALS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "文件名太长",
}


def told(error: BaseException) -> UnitBudgetError:
    """The error itself where it is a sentence, or the sentence for it."""
    if isinstance(error, UnitBudgetError):
        return error
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        return Refused(f"{error.filename or '写文件时'}：{_REFUSALS[error.errno]}")
    return unforeseen(error)


def unforeseen(error: BaseException) -> Unforeseen:
    """The sentence for an error nobody expected, once its traceback is in the log."""
    what = " ".join(f"{type(error).__name__}：{error}".split())[:120]
    place = _written("".join(traceback.format_exception(error)))
    kept = f"，经过记在 {place}" if place else ""
    return Unforeseen(f"程序出错（{what}）{kept}，请把它报告给维护者")


def _written(text: str) -> str:
    """Where the log keeps a text; nothing where there can be no log."""
    for folder in (project() / ".cache", Path(tempfile.gettempdir())):
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            with (folder / NAME).open("a", encoding="utf-8") as log:
                log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S}\n{text}\n")
            return f".cache/{NAME}" if folder.name == ".cache" else str(folder / NAME)
    return ""


class _Log(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _written(self.format(record))


def keep_remarks() -> None:
    """From now on, what libraries remark in this process goes to the log, not to the terminal."""
    logging.basicConfig(handlers=[_Log()], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
