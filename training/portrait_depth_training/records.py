"""Reads shards of rendered people.

A shard is a NumPy `.npy` file with a structured dtype, one record a person (docs/design.md,
"Training data"). Files are memory-mapped, so that any record is read at random without parsing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

HEIGHT: Final = 256
WIDTH: Final = 192

#: Values of the low seven bits of `material`, and the bit that marks the head.
SKIN, EYE, HAIR, CLOTH, HAT, HARD, TEETH = range(1, 8)
MATERIAL_BITS: Final = 0x7F
HEAD_BIT: Final = 0x80

_PICTURE: Final = (HEIGHT, WIDTH)

#: The fields every shard must have, in the contract's order. Shards add `label_*` and `seed`.
REQUIRED_FIELDS: Final[dict[str, tuple[str, tuple[int, ...]]]] = {
    "depth": ("<f2", _PICTURE),
    "normal": ("|i1", (*_PICTURE, 3)),
    "albedo": ("|u1", (*_PICTURE, 3)),
    "alpha": ("|u1", _PICTURE),
    "occlusion": ("|u1", _PICTURE),
    "shadow": ("|u1", (*_PICTURE, 3)),
    "material": ("|u1", _PICTURE),
    "light_direction": ("<f4", (3, 3)),
    "intrinsics": ("<f4", (4,)),
    "head_distance": ("<f4", ()),
}

Records = npt.NDArray[Any]


class RecordError(ValueError):
    """A folder or file of records cannot be used; the message names it and the remedy."""


def _check_dtype(dtype: np.dtype[Any], path: Path) -> None:
    for name, (base, shape) in REQUIRED_FIELDS.items():
        if dtype.names is None or name not in dtype.names:
            raise RecordError(f"{path}: no field '{name}'; render the shards again")
        field = dtype[name]
        if (field.base, field.shape) != (np.dtype(base), shape):
            raise RecordError(
                f"{path}: field '{name}' is {field.base} {field.shape}, not {base} {shape}; "
                "render the shards again"
            )


@dataclass(frozen=True)
class PeopleSet:
    """All complete shards of some folders, addressed as one list of people."""

    shards: tuple[Records, ...]
    first: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.first[-1])

    def record(self, index: int) -> Any:
        """The record of person `index`, a view into the mapped file."""
        shard = int(np.searchsorted(self.first, index, side="right")) - 1
        return self.shards[shard][index - self.first[shard]]

    def labels(self) -> dict[str, npt.NDArray[np.float64]]:
        """Every `label_*` field of all people, by its name without the prefix."""
        names = [n for n in self.shards[0].dtype.names or () if n.startswith("label_")]
        return {
            name.removeprefix("label_"): np.concatenate(
                [np.asarray(shard[name], np.float64) for shard in self.shards]
            )
            for name in names
        }


def open_people(*folders: Path) -> PeopleSet:
    """Maps every shard of `folders`. Leaves out incomplete shards, which are still being written,
    and shards that are removed during the call.

    Raises RecordError if the folders hold no usable shard.
    """
    shards: list[Records] = []
    for path in sorted(path for folder in folders for path in folder.glob("people-*.npy")):
        try:
            shard = np.load(path, mmap_mode="r")
        except (FileNotFoundError, ValueError):  # removed, or not complete yet
            continue
        _check_dtype(shard.dtype, path)
        if len(shard):
            shards.append(shard)
    if not shards:
        names = ", ".join(str(folder) for folder in folders)
        raise RecordError(f"{names}: no shards people-*.npy; render people there first")
    counts = np.array([len(shard) for shard in shards], np.int64)
    return PeopleSet(tuple(shards), np.concatenate([[0], np.cumsum(counts)]))
