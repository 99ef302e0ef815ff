"""A folder of pages that are all made from one JSON file in it: written whole or not at all, read back, made anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cramplab.core.errors import UserError
from cramplab.core.whole_folder import FolderKind

Render = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class TreeFolder:
    """One kind of such folders.

    Parameters
    ----------
    what
        For messages: ``plan``.
    data_file
        The JSON file.
    pages
        Names of the pages.
    format, schema
        As they stand in the JSON file.
    again
        What writes it once more, for messages: ``Plan again``.
    """

    what: str
    data_file: str
    pages: tuple[str, ...]
    format: str
    schema: int
    again: str

    @property
    def _kind(self) -> FolderKind:
        return FolderKind(self.what, (self.data_file, *self.pages), marker=self.data_file)

    def check_place(self, folder: Path | str) -> None:
        """Refuse a place where it must not be written; call it before any computing."""
        self._kind.check_place(folder)

    def is_there(self, folder: Path | str) -> bool:
        """Tell whether one stands in a folder."""
        return (Path(folder) / self.data_file).is_file()

    def write(self, folder: Path | str, tree: Mapping[str, Any], renders: Mapping[str, Render]) -> None:
        """Write the JSON file and the pages, replacing an earlier folder of the same kind.

        Parameters
        ----------
        renders
            By name of a page, what makes it from the tree.

        Raises
        ------
        UserError
            If the place is taken by something else, the disk is full, or it may not be written to. What stood there is
            then as it was.
        """
        text = json.dumps(tree, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        self._kind.write(folder, {self.data_file: text.encode, **_contents(tree, renders)})

    def load(self, folder: Path | str) -> dict[str, Any]:
        """Read the JSON file: all that the pages need.

        Raises
        ------
        UserError
            If there is none, it is damaged, or of another version of the layout.
        """
        self._kind.put_back_interrupted(Path(folder))
        file = Path(folder) / self.data_file
        named = f"Name the folder of a {self.what}."
        try:
            tree = json.loads(file.read_bytes())
        except FileNotFoundError:
            raise UserError(f"No {self.what} in '{folder}': there is no {self.data_file}. {named}") from None
        except OSError as problem:
            raise UserError(f"'{file}' cannot be read: {problem.strerror}.") from problem
        except ValueError as problem:
            raise UserError(f"'{file}' is damaged: it is not whole JSON ({problem}). {self.again}.") from problem
        if not isinstance(tree, dict) or tree.get("format") != self.format:
            raise UserError(f"'{file}' is not a {self.what}. {named}")
        if tree.get("schema") != self.schema:
            told = f"'{file}' has schema {tree.get('schema')}; this version reads schema {self.schema}."
            raise UserError(f"{told} {self.again}.")
        return tree

    def make_pages_again(self, folder: Path | str, renders: Mapping[str, Render]) -> None:
        """Write the pages again from the JSON file, which stays as it is to the last byte."""
        tree = self.load(folder)
        kept = (Path(folder) / self.data_file).read_bytes()
        self._kind.write(folder, {self.data_file: lambda: kept, **_contents(tree, renders)})


def _contents(tree: Mapping[str, Any], renders: Mapping[str, Render]) -> dict[str, Callable[[], bytes]]:
    def filled(render: Render) -> Callable[[], bytes]:
        return lambda: render(tree).encode()

    return {name: filled(render) for name, render in renders.items()}
