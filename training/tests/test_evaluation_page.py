from __future__ import annotations

from pathlib import Path

from portrait_depth_training.__main__ import main


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
