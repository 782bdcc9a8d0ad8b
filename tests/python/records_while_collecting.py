# SPDX-License-Identifier: BSD-2-Clause
"""The classes of records are complete, wherever the garbage collector runs while they are made."""

import gc

import cgswap
from tap import same

incomplete = []
for threshold in range(1, 200):
    gc.set_threshold(threshold)
    try:
        class Record(cgswap._types.NamedTuple):
            __annotations__ = {f"field_{index}": int for index in range(20)}
    finally:
        gc.set_threshold(700)
    if not hasattr(Record, "_fields") or not hasattr(Record, "field_19") or Record(*range(20)).field_7 != 7:
        incomplete.append(threshold)
same(incomplete, [], "no class lost its fields")
