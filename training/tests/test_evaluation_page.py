from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from portrait_depth_training.__main__ import main

PROJECT = Path(__file__).resolve().parents[2]


def test_the_training_plot_stays_until_the_network_changes(tmp_path: Path) -> None:
    model, log, pages = tmp_path / "any.onnx", tmp_path / "log.csv", tmp_path / "pages"
    model.write_bytes(b"a network")
    terms = "relief,aligned,gradient,normal,crop_width"
    log.write_text(f"samples,{terms}\n50,2,1,1,1,1\n100,1,0.8,0.9,0.9,0.9\n")
    # Without photos, only the page's other sections are written; the network is not run.
    command = ["evaluate", "--sensor-only", "--model", str(model), "--output", str(pages)]
    command += ["--sensor", str(tmp_path / "none")]

    def has_plot(*options: str) -> bool:
        assert main([*command, *options]) == 0
        return "any-training.png" in (pages / "any.md").read_text()

    assert not has_plot()
    assert has_plot("--log", str(log))
    assert has_plot()
    model.write_bytes(b"another network")
    assert not has_plot()
    assert not has_plot()


def test_without_a_folder_evaluation_only_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --output, evaluating other people or photos leaves the committed page alone."""
    model = tmp_path / "any.onnx"
    model.write_bytes(b"a network")
    monkeypatch.chdir(tmp_path)
    command = ["evaluate", "--sensor-only", "--model", str(model), "--sensor", "none"]
    assert main(command) == 0
    assert "# any, measured" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == [model]
    assert main([*command, "--log", "log.csv"]) == 1
    assert "--output" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ar_portrait_depth", "ar_portrait_depth_fast"])
def test_the_committed_page_is_of_the_network_that_ships_and_of_2000_people(name: str) -> None:
    page = (PROJECT / "docs" / "evaluation" / f"{name}.md").read_text()
    network = (PROJECT / "models" / f"{name}.onnx").read_bytes()
    assert hashlib.sha256(network).hexdigest() in page
    rows = re.findall(r"^\| \**all\**(, flip augmentation)? \| (\d+ \| .*) \|$", page, re.MULTILINE)
    assert [row[1].split(" | ")[0] for row in rows] == ["2000", "2000"]
    # The README and the card give these figures too.
    error, ordinal = rows[0][1].split(" | ")[1:3]
    readme, card = PROJECT / "README.md", PROJECT / "models" / f"{name}.md"
    assert f"| `{name}` | {error} | {ordinal} |" in readme.read_text()
    assert f"| {error} | {ordinal} |" in card.read_text()
