"""The measurement of a large batch, in a short run, and with limits that no run keeps."""

import os
import unittest

from batch_soak import measure

COMMAND = os.environ["PORTRAIT_DEPTH_COMMAND"]


class Batch(unittest.TestCase):
    def test_a_short_batch(self) -> None:
        # Few photos and samples vary more than `make soak-batch`.
        self.assertEqual(measure(COMMAND, 120, jobs=2, most_change=0.2, most_cost=1.5), [])

    def test_growth_and_cost_are_reported(self) -> None:
        reasons = measure(COMMAND, 40, jobs=2, most_change=-1, most_cost=0)
        self.assertEqual([reason.split()[1] for reason in reasons], ["memory", "throughput"])


if __name__ == "__main__":
    unittest.main()
