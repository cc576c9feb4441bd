"""Table rows as text that stands alone."""

from __future__ import annotations


def row_text(headers: tuple[str, ...], cells: tuple[str, ...], *, wide: bool) -> str:
    """A table row that stands alone: `header：cell；header：cell` (wide) or `header: cell; header: cell`.

    Empty cells are left out.
    """
    colon, stop = ("：", "；") if wide else (": ", "; ")
    return stop.join(
        f"{header}{colon}{cell}" if header else cell for header, cell in zip(headers, cells, strict=True) if cell
    )
