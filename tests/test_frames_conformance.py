"""pandas' own suite for extension types, run on columns of figures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandas._testing as tm
import pytest
from pandas.conftest import *  # noqa: F403
from pandas.tests.extension import base
from pandas.tests.extension.conftest import *  # noqa: F403

from unitbudget.money import display
from unitbudget.money.frames import FigureArray, FigureDtype


@pytest.fixture
def dtype() -> FigureDtype:
    return FigureDtype()


@pytest.fixture
def data() -> FigureArray:
    return FigureArray.of([1, 2, *range(3, 11)])


@pytest.fixture
def data_for_twos() -> FigureArray:
    return FigureArray.of([2] * 10)


@pytest.fixture
def data_missing() -> FigureArray:
    return FigureArray.of([None, 1])


@pytest.fixture
def data_for_sorting() -> FigureArray:
    return FigureArray.of([1, 2, 0])


@pytest.fixture
def data_missing_for_sorting() -> FigureArray:
    return FigureArray.of([1, None, 0])


@pytest.fixture
def data_for_grouping() -> FigureArray:
    return FigureArray.of([1, 1, None, None, 0, 0, 1, 2])


ARITHMETIC = ("add", "sub", "mul", "truediv")
STATISTICS = ("std", "var", "sem", "skew", "kurt")


class TestFigures(
    base.BaseAccumulateTests,
    base.BaseCastingTests,
    base.BaseConstructorsTests,
    base.BaseDtypeTests,
    base.BaseGetitemTests,
    base.BaseGroupbyTests,
    base.BaseIndexTests,
    base.BaseInterfaceTests,
    base.BaseParsingTests,
    base.BaseMethodsTests,
    base.BaseMissingTests,
    base.BaseArithmeticOpsTests,
    base.BaseComparisonOpsTests,
    base.BaseUnaryOpsTests,
    base.BasePlottingTests,
    base.BasePrintingTests,
    base.BaseReduceTests,
    base.BaseReshapingTests,
    base.BaseSetitemTests,
):
    """Everything but ``Dim2CompatTests``: a column of figures has one dimension, as most have."""

    divmod_exc = TypeError

    def _get_expected_exception(self, op_name: str, obj: Any, other: Any) -> Any:
        return None if op_name.strip("_").lstrip("r") in ARITHMETIC else TypeError

    def _supports_accumulation(self, ser: pd.Series, op_name: str) -> bool:
        return op_name in ("cumsum", "cummin", "cummax")

    def _supports_reduction(self, ser: pd.Series, op_name: str) -> bool:
        return op_name != "prod"  # yuan times yuan is nothing

    def check_reduce(self, ser: pd.Series, op_name: str, skipna: bool) -> None:
        result = getattr(ser, op_name)(**({} if op_name == "count" else {"skipna": skipna}))
        expected = getattr(ser.astype("float64"), op_name)()
        tm.assert_almost_equal(float(result), float(expected))

    @pytest.mark.skip(reason="a list of figures as the rows of a frame is read as records")
    def test_from_dtype(self) -> None: ...

    @pytest.mark.skip(reason="values are counted in int64, as those of numpy columns are")
    def test_value_counts_with_normalize(self) -> None: ...

    def test_plot_on_x_axis(self, plot_data: pd.DataFrame) -> None:
        display.register()
        super().test_plot_on_x_axis(plot_data)

    def test_plot_on_y_axis(self, plot_data: pd.DataFrame) -> None:
        display.register()
        super().test_plot_on_y_axis(plot_data)

    @pytest.mark.skip(reason="to numpy a column is its numbers, as new floats each time")
    def test_array_interface_copy(self) -> None: ...

    @pytest.mark.skip(reason="to numpy a column is its numbers; to_numpy() keeps the figures")
    def test_to_numpy(self) -> None: ...
