"""The notebooks, executed on simulated markets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ipykernel", reason="Jupyter's kernel is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")

from flow_support import ROOT, Market, market, program  # noqa: E402, F401

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(name: str) -> Any:
    return nbformat.read(ROOT / "notebooks" / name, as_version=4)


def execute(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Any:
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(folder / "jupyter"))
    monkeypatch.setenv("OFFEX_BIN", str(program()))
    monkeypatch.setenv("TMPDIR", str(folder))
    book = read(name)
    client = nbclient.NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return book


def texts(book: Any, mime: str = "text/plain") -> list[str]:
    """Returns what the cells show of one kind, printed text counting as plain."""
    found = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and mime == "text/plain":
                found.append(output.text)
            elif mime in output.get("data", {}):
                found.append(str(output.data[mime]))
    return found


def cell_html(book: Any, source: str) -> str:
    """Returns the HTML that the cell with this source text shows."""
    (cell,) = [cell for cell in book.cells if cell.cell_type == "code" and source in cell.source]
    return "".join(output.data["text/html"] for output in cell.outputs if "data" in output)


def body_rows(html: str) -> int:
    return len(re.findall(r"<tr", html.split("<tbody", 1)[1]))


def test_there_are_two_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == ["database_check.ipynb", "first_hour.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_shipped_without_outputs(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)

    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(code) > 5
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


@pytest.fixture
def first_hour(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    pytest.importorskip("offex", reason="the package offex is not installed")
    from flow_support import forget_settings

    forget_settings(monkeypatch)
    return execute("first_hour.ipynb", monkeypatch, tmp_path)


def test_the_first_hour_ends_with_a_scan_a_figure_and_one_name(first_hour: Any) -> None:
    scan = cell_html(first_hour, "scan = store.scan(")
    assert body_rows(scan) == 10
    assert "SURGE" in scan

    (figure,) = texts(first_hour, "image/svg+xml")
    assert figure.startswith("<svg") or "<svg" in figure[:2000]
    assert "</svg>" in figure and len(figure) > 20_000

    assert body_rows(cell_html(first_hour, "daily = store.daily_metrics(")) == 10
    assert any("FINRA total volume / consolidated volume" in text for text in texts(first_hour))
    assert any("(60, " in text for text in texts(first_hour))


def test_the_database_check_tells_of_files_days_and_findings(
    market: Market, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offex = pytest.importorskip("offex", reason="the package offex is not installed")
    offex.sync(sources=["short", "weekly"], start="2026-02-20")
    offex.sync(sources=["bars", "ref"])
    offex.build()
    before = sorted((tmp_path / "home").rglob("*"))

    book = execute("database_check.ipynb", monkeypatch, tmp_path)

    assert sorted((tmp_path / "home").rglob("*")) == before
    printed = texts(book)
    assert any("2026-02-20 2026-04-17" in text for text in printed)
    assert any("10 days" in text for text in printed)  # without price bars
    assert any("ratios outside of [0, 1]: none" in text for text in printed)
    assert any("█" in text and "short_ratio" in text for text in printed)
    assert not any("error" in text for text in printed)
    for source, word in [
        ("relations =", "finra_short_consolidated"),
        ("provenance =", "weekly_summary"),
        ("coverage =", "CNMS"),
        ("findings =", "2026-02-23"),
        ("gaps =", "2026-02-20"),
    ]:
        assert word in cell_html(book, source), source
    assert body_rows(cell_html(book, "summary =")) == 8
