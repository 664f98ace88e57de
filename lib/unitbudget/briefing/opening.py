"""Documents of the clean package opened for reading: one by name, or all to loop over.

``b = open_budget(); t = b["一般公共预算支出表"]; t["share"] = t["total"] / t.at["合计", "total"]``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.briefing.budget import Budget
from unitbudget.briefing.tables import UnknownWord, known
from unitbudget.briefing.words import say
from unitbudget.package import Package, clean_folder, load

DOCUMENT = "UNITBUDGET_DOCUMENT"
_at_hand: list[Budget] = []


@contextmanager
def at_hand(budget: Budget) -> Iterator[None]:
    """Meanwhile a notebook that opens the document it is to tell of is given this one."""
    _at_hand.append(budget)
    try:
        yield
    finally:
        _at_hand.pop()


def open_budget(document: str = "", clean: str | Path = "") -> Budget:
    """One document, by its id, its title, or the beginning of either.

    Without a name: the one at hand, the one ``UNITBUDGET_DOCUMENT`` names, or the first.

    >>> b = open_budget("baoshan")
    >>> b["general_public_budget"].at["合计", "total"]
    6307683.64
    """
    if _at_hand and not document and not clean:
        return _at_hand[-1]
    return budgets(clean)[document or os.environ.get(DOCUMENT, "")]


def budgets(clean: str | Path = "") -> Budgets:
    """All documents of the package that were read; the package itself is read once.

    Without a folder: the package of the document at hand, or the usual one.
    """
    folder = Path(clean or (_at_hand[-1].folder if _at_hand else clean_folder()))
    stamp = folder / "datapackage.json"
    return _held(folder, stamp.stat().st_mtime_ns if stamp.is_file() else 0)


@lru_cache(maxsize=4)
def _held(folder: Path, _written: int) -> Budgets:
    return Budgets(load(folder), folder)


class Budgets:
    """The documents of a package: to loop over, to look up, and to lay one table over all."""

    def __init__(self, package: Package, folder: Path) -> None:
        self.package, self.folder = package, folder
        #: Their facts, one row each.
        self.documents = read = package.documents[package.documents["status"] != "failed"]
        self._names = {
            str(name): str(title)
            for name, title in zip(read["document_id"], read["title"], strict=True)
        }
        self._opened: dict[str, Budget] = {}

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Budget]:
        return (self[name] for name in self._names)

    def __getitem__(self, name: str) -> Budget:
        if not self._names:
            raise UnknownWord(str(say("nothing_read")))
        name = known("文件", name, self._names) if name else next(iter(self._names))
        if name not in self._opened:
            self._opened[name] = Budget(self.package, name, self.folder)
        return self._opened[name]

    def __repr__(self) -> str:
        listed = [f"  {name}　{title}" for name, title in list(self._names.items())[:12]]
        more = [f"  …… 另有 {len(self) - 12} 份"] if len(self) > 12 else []
        return "\n".join([f"{len(self)} 份文件", *listed, *more])

    def table(self, name: str, side: str = "", scheduler: str = "", **wanted: Any) -> Any:
        """One table over all documents that print it; each cell is written with its document.

        Columns of ``documents`` choose among them, as ``unit="…"``. Where one machine is not enough
        the parts of the package are laid out by the workers of a Dask cluster that see its folder.
        """
        if scheduler:
            return self._spread(scheduler, name, side, wanted)
        if wanted:
            return Budgets(self.package.among(**wanted), self.folder).table(name, side)
        parts: list[Any] = [budget.table(name, side, spanning=True) for budget in self]
        about = ("document", "unit", "fiscal_year", "kind")
        for budget, part in zip(self, parts, strict=True):
            for place, column in enumerate(about):
                value = {"document": budget.id, "fiscal_year": budget.year}.get(column)
                part.insert(place, column, value or str(budget.facts[column]))
        return _together(parts)

    def _spread(self, scheduler: str, name: str, side: str, wanted: Mapping[str, Any]) -> Any:
        from distributed import Client

        chosen = self.package.select("documents", **wanted)
        of = chosen.groupby(["fiscal_year", "district"], dropna=False)["document_id"].agg(list)
        with Client(scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            lay = partial(_laid_out, self.folder.resolve(), name, side)
            return _together(client.gather(client.map(lay, list(of))))


def _laid_out(folder: Path, name: str, side: str, documents: list[str]) -> Any:
    """One table over some documents of a package."""
    return Budgets(load(folder), folder).table(name, side, document_id=documents)


def _together(parts: list[Any]) -> Any:
    kept = [part for part in parts if not part.attrs.get("missing", "none")]
    for part in kept[1:]:
        part.attrs = kept[0].attrs
    return pd.concat(kept) if kept else parts[0].iloc[:0] if parts else pd.DataFrame()
