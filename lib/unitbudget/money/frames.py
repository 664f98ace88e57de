"""Figures as a pandas dtype: columns of exact numbers that keep cells, interval and formula.

``df["share"] = df["total"] / df.at["合计", "total"]`` is exact and each share knows its two cells.
A blank is ``pd.NA``; a sum that would count an amount twice raises ``DoubleCounting``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from numbers import Number
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from pandas.api.extensions import (  # type: ignore[attr-defined]
    ExtensionArray,
    ExtensionDtype,
    ExtensionScalarOpsMixin,
    no_default,
    register_extension_dtype,
    take,
)
from pandas.core.indexers import getitem_returns_view  # type: ignore[attr-defined]

from unitbudget.money import figure as figures
from unitbudget.money.display import shown
from unitbudget.money.figure import BARE, Figure, summed

figures.BLANKS.append(type(pd.NA))

#: Statistics that describe a column and are no amount of any document: plain numbers.
STATISTICS = ("std", "var", "sem", "skew", "kurt")


@register_extension_dtype
class FigureDtype(ExtensionDtype):
    """The dtype ``figure``: each value a ``Figure`` or ``pd.NA``."""

    name = "figure"
    type = Figure
    kind = "O"
    na_value = pd.NA
    _is_numeric = True

    @classmethod
    def construct_array_type(cls) -> Any:
        return FigureArray

    def _get_common_dtype(self, dtypes: list[Any]) -> Any:
        alike = (isinstance(d, FigureDtype) or getattr(d, "kind", "") in "iuf" for d in dtypes)
        return self if all(alike) else None


class FigureArray(ExtensionArray, ExtensionScalarOpsMixin):  # type: ignore[misc]
    """A column of figures and blanks."""

    __array_priority__: ClassVar[int] = 1000
    _figures: Any

    def __init__(self, values: Any, copy: bool = False) -> None:
        self._figures = np.array(values, dtype=object, copy=copy or None)

    @classmethod
    def of(cls, values: Iterable[Any]) -> FigureArray:
        """The column of these figures and numbers; ``None`` and NaN are blank."""
        kept = [_figure(value) for value in values]
        column = np.empty(len(kept), dtype=object)
        column[:] = kept
        return cls(column)

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> FigureArray:
        if isinstance(scalars, FigureArray):
            return scalars.copy() if copy else scalars
        return cls.of(scalars)

    @classmethod
    def _from_sequence_of_strings(
        cls, strings: Any, *, dtype: Any = None, copy: bool = False
    ) -> FigureArray:
        return cls.of(None if pd.isna(text) or text == "" else Decimal(text) for text in strings)

    @classmethod
    def _from_factorized(cls, values: Any, original: Any) -> FigureArray:
        return cls.of(values)

    @classmethod
    def _concat_same_type(cls, to_concat: Any) -> FigureArray:
        return cls(np.concatenate([each._figures for each in to_concat]))

    @property
    def dtype(self) -> FigureDtype:
        return FigureDtype()

    @property
    def nbytes(self) -> int:
        return int(self._figures.nbytes)

    def __len__(self) -> int:
        return len(self._figures)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._figures)

    def __getitem__(self, item: Any) -> Any:
        item = pd.api.indexers.check_array_indexer(self, item)
        found = self._figures[item]
        if not isinstance(found, np.ndarray):
            return found
        part = type(self)(found)
        if getitem_returns_view(self, item):
            part._readonly = self._readonly
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._readonly:
            raise ValueError("Cannot modify read-only array")
        key = pd.api.indexers.check_array_indexer(self, key)
        if pd.api.types.is_list_like(value):
            if pd.api.types.is_scalar(key):
                raise ValueError("setting an array element with a sequence.")
            self._figures[key] = type(self).of(value)._figures
        else:
            self._figures[key] = _figure(value)

    def __contains__(self, item: object) -> bool:
        if item is pd.NA:
            return bool(self.isna().any())
        return isinstance(item, Figure | Number) and any(item == each for each in self.dropna())

    def isna(self) -> Any:
        return np.array([each is pd.NA for each in self._figures], dtype=bool)

    def copy(self) -> FigureArray:
        return type(self)(self._figures, copy=True)

    def view(self, dtype: Any = None) -> Any:
        if dtype is not None:
            return super().view(dtype)
        same = type(self)(self._figures)
        same._readonly = self._readonly
        return same

    def take(
        self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None
    ) -> FigureArray:
        fill = pd.NA if fill_value is None else _figure(fill_value)
        return type(self)(take(self._figures, indices, allow_fill=allow_fill, fill_value=fill))

    # To plain numbers, and to text.

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = pd.NA) -> Any:
        na_value = pd.NA if na_value is no_default else na_value
        kind = "" if dtype is None else np.dtype(dtype).kind
        if kind == "f":
            blank = np.nan if na_value is pd.NA else na_value
            numbers = [blank if each is pd.NA else float(each) for each in self._figures]
            return np.array(numbers, dtype=dtype)
        if kind in ("i", "u"):
            return np.array([int(each.value) for each in self._figures], dtype=dtype)
        plain = self._figures.copy() if copy or na_value is not pd.NA else self._figures.view()
        if na_value is not pd.NA:
            plain[self.isna()] = na_value
        elif not copy:
            plain.flags.writeable = not self._readonly
        return plain if dtype is None else plain.astype(dtype, copy=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        # To numpy a column is its numbers; whoever wants the figures asks for objects.
        return self.to_numpy(dtype="float64" if dtype is None else dtype, copy=bool(copy))

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        dtype = pd.api.types.pandas_dtype(dtype)
        if isinstance(dtype, FigureDtype):
            return self.copy() if copy else self
        if isinstance(dtype, np.dtype) and dtype.kind in "fiu":
            return self.to_numpy(dtype=dtype)
        if dtype.kind == "O" and isinstance(dtype, np.dtype):
            return self.to_numpy(copy=True)
        return super().astype(dtype, copy=copy)

    def _values_for_json(self) -> Any:
        return self.to_numpy("float64")

    def _formatter(self, boxed: bool = False) -> Callable[[Any], str]:
        return lambda each: "<NA>" if each is pd.NA else shown(each)

    # What is sorted, ranked and told apart are the values.

    def _values_for_argsort(self) -> Any:
        return self.to_numpy(dtype="float64")

    def _values_for_factorize(self) -> tuple[Any, Any]:
        return self._figures, pd.NA

    def _ranked(self) -> Any:
        return pd.array(self.to_numpy("float64"), dtype="Float64")

    def _rank(self, **how: Any) -> Any:
        return self._ranked()._rank(**how)

    def _quantile(self, qs: Any, interpolation: str) -> FigureArray:
        return type(self).of(self._ranked()._quantile(qs, interpolation))

    def round(self, decimals: int = 0, *args: Any, **kwargs: Any) -> FigureArray:
        """Each figure cut to so many decimals; its interval still holds what it was cut from."""
        return self._each(lambda each: round(each, decimals))

    def __neg__(self) -> FigureArray:
        return self._each(operator.neg)

    def __pos__(self) -> FigureArray:
        return self.copy()

    def __abs__(self) -> FigureArray:
        return self._each(abs)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        operators: dict[Any, Callable[[Any], Any]] = {
            np.negative: operator.neg,
            np.positive: operator.pos,
            np.absolute: abs,
        }
        if method == "__call__" and len(inputs) == 1 and ufunc in operators and not kwargs:
            return operators[ufunc](self)
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)

    def _each(self, of: Callable[[Any], Any]) -> FigureArray:
        return type(self).of(each if each is pd.NA else of(each) for each in self._figures)

    # Sums refuse to count an amount twice; so do the sums of groups.

    def _reduce(self, name: str, *, skipna: bool = True, keepdims: bool = False, **how: Any) -> Any:
        values = [each for each in self._figures if each is not pd.NA]
        if name == "count":
            return len(values)
        if name in STATISTICS:
            numbers = pd.Series(self.to_numpy("float64"))
            result = getattr(numbers, name)(skipna=skipna, **how)
        elif (len(values) < len(self) and not skipna and name not in ("any", "all")) or (
            len(values) < how.get("min_count", 0)
        ):
            result = pd.NA
        else:
            result = _reduced(name, values)
        return type(self).of([result]) if keepdims else result

    def _accumulate(self, name: str, *, skipna: bool = True, **how: Any) -> FigureArray:
        if name not in ("cumsum", "cummin", "cummax"):
            raise NotImplementedError(f"cannot perform {name} with type figure")
        reached: list[Figure] = []
        found: list[Any] = []
        for each in self._figures:
            if each is pd.NA:
                if not skipna:
                    return type(self).of([*found, *[pd.NA] * (len(self) - len(found))])
                found.append(pd.NA)
            else:
                reached.append(each)
                found.append(_reduced(name.removeprefix("cum"), reached))
        return type(self).of(found)

    def _groupby_op(
        self,
        *,
        how: str,
        has_dropped_na: bool,
        min_count: int,
        ngroups: int,
        ids: Any,
        **kwargs: Any,
    ) -> Any:
        if how in ("sum", "min", "max", "mean", "median", "any", "all"):
            groups: list[list[Any]] = [[] for _ in range(ngroups)]
            for number, each in zip(ids, self._figures, strict=True):
                if number >= 0:
                    groups[number].append(each)
            parts = (type(self).of(group) for group in groups)
            about = {"skipna": kwargs.get("skipna", True)}
            if how in ("sum", "min", "max"):
                about["min_count"] = max(min_count, 0)
            found = [part._reduce(how, **about) for part in parts]
            return np.array(found, dtype=bool) if how in ("any", "all") else type(self).of(found)
        if how in ("cumsum", "cummin", "cummax"):
            result = np.full(len(self), pd.NA, dtype=object)
            for number in range(ngroups):
                here = ids == number
                result[here] = type(self)(self._figures[here])._accumulate(how)._figures
            return type(self)(result)
        if how in ("first", "last", "nth"):
            return super()._groupby_op(
                how=how, has_dropped_na=has_dropped_na, min_count=min_count,
                ngroups=ngroups, ids=ids, **kwargs,
            )  # fmt: skip
        return self._ranked()._groupby_op(
            how=how, has_dropped_na=has_dropped_na, min_count=min_count,
            ngroups=ngroups, ids=ids, **kwargs,
        )  # fmt: skip

    # Arithmetic is that of the figures; a division by what may be zero is blank.

    @classmethod
    def _create_arithmetic_method(cls, op: Any) -> Any:
        def combine(self: FigureArray, other: Any) -> Any:
            if isinstance(other, pd.Series | pd.Index | pd.DataFrame):
                return NotImplemented
            pairs = zip(self._figures, _beside(self, other), strict=True)
            return cls.of(_combined(op, a, b) for a, b in pairs)

        if op.__name__.lstrip("r") in ("add", "sub", "mul", "truediv"):
            return combine
        return lambda self, other: NotImplemented

    @classmethod
    def _create_comparison_method(cls, op: Any) -> Any:
        def compare(self: FigureArray, other: Any) -> Any:
            if isinstance(other, pd.Series | pd.Index | pd.DataFrame):
                return NotImplemented
            pairs = zip(self._figures, _beside(self, other), strict=True)
            blank = op is operator.ne
            found = [blank if a is pd.NA or b is pd.NA else bool(op(a, b)) for a, b in pairs]
            return np.array(found, dtype=bool)

        return compare


def _reduction(name: str) -> Any:
    return lambda self, **how: self._reduce(name, **how)


FigureArray._add_arithmetic_ops()
FigureArray._add_comparison_ops()
for _name in ("sum", "min", "max", "mean", "median", "any", "all", *STATISTICS):
    setattr(FigureArray, _name, _reduction(_name))


def _figure(value: Any) -> Any:
    """A value of a column: a figure, a bare number as one, or a blank."""
    if isinstance(value, Figure) or value is pd.NA:
        return value
    if value is None or (isinstance(value, Number) and value != value):
        return pd.NA
    if isinstance(value, bool | np.bool_) or not isinstance(value, Number):
        raise TypeError(f"“{value}” 不是数：figure 列只放数和空白")
    try:
        return Figure(Decimal(str(value)), BARE)
    except InvalidOperation as error:
        raise TypeError(f"“{value}” 不是数：figure 列只放数和空白") from error


def _beside(column: FigureArray, other: Any) -> Sequence[Any]:
    """What stands beside each figure of the column: another column, or the same thing each time."""
    if not pd.api.types.is_list_like(other):
        return [pd.NA if other is None else other] * len(column)
    if len(other) != len(column):
        raise ValueError("Lengths must match")
    return [pd.NA if pd.api.types.is_scalar(each) and pd.isna(each) else each for each in other]


def _combined(op: Any, a: Any, b: Any) -> Any:
    if a is pd.NA or b is pd.NA:
        return pd.NA
    try:
        return op(a, b)
    except ZeroDivisionError:
        return pd.NA


def _reduced(name: str, values: list[Figure]) -> Any:
    if name in ("any", "all"):
        return {"any": any, "all": all}[name](bool(each) for each in values)
    if name not in ("sum", "min", "max", "mean", "median"):
        raise TypeError(f"Cannot perform reduction '{name}' with type figure")
    if not values:
        return pd.NA
    if name in ("min", "max"):
        return {"min": min, "max": max}[name](values)
    if name == "median":
        half, odd = divmod(len(values), 2)
        middle = sorted(values)[half - (not odd) : half + 1]
        return middle[0] if odd else (middle[0] + middle[1]) / 2
    whole = summed(values)
    assert whole is not None
    return whole if name == "sum" else whole / len(values)


__all__ = ["FigureArray", "FigureDtype"]
