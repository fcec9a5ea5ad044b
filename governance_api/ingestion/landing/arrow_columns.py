"""Makes Arrow arrays from memory that is there already.

`pyarrow.array` is not used: its first call imports pandas (a second of CPU in every worker) to ask whether it was given
something of pandas.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from domain.landing_files import ColumnType


def arrow_type(type_: ColumnType) -> pa.DataType:
    """The Arrow type of a column of `domain.landing_files`."""
    return pa.timestamp("us", tz="UTC") if type_ is ColumnType.INSTANT else pa.type_for_alias(type_.value)


def numbers_array(values: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    """The memory of a numpy array, whose items are as wide as the Arrow type's."""
    contiguous = np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(contiguous), [None, pa.py_buffer(contiguous)])


def texts_array(texts: Sequence[str]) -> pa.Array:
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(each) for each in encoded], out=offsets[1:])
    return pa.Array.from_buffers(
        pa.string(), len(encoded), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    )


def dictionary_array(indexes: npt.NDArray[np.int64], things: Sequence[Any], text_of: Callable[[Any], str]) -> pa.Array:
    """Texts by index, where 0 is the empty text and 1 the first thing's; every distinct text is stored once."""
    numbers: dict[str, int] = {"": 0}
    number_of_thing = [0, *(numbers.setdefault(text_of(thing), len(numbers)) for thing in things)]
    column = np.array(number_of_thing, np.int32)[indexes]
    return pa.DictionaryArray.from_arrays(numbers_array(column, pa.int32()), texts_array(list(numbers)))
