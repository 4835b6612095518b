from __future__ import annotations

from portrait_depth_training.smoke import smoke


def test_loss_falls_runs_resume_and_exports_agree() -> None:
    assert len(list(smoke())) == 4
