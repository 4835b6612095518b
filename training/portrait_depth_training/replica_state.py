"""The state of a run in one replica, and the shared memory by which replicas exchange it."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.multiprocessing as multiprocessing
from torch import Tensor, nn

from .config import Config, ConfigError
from .network import ReliefNetwork, take_over
from .optimizer import Muon, Team


class Meeting:
    """Shared memory in which replicas average gradients and batch statistics."""

    def __init__(self, replicas: int, numbers: int) -> None:
        self.replicas = replicas
        self.barrier = multiprocessing.get_context("spawn").Barrier(replicas)
        self.slots = torch.zeros(replicas, numbers).share_memory_()
        self.board = torch.zeros(numbers).share_memory_()  # of Muon: a number for every weight
        self.clock = torch.zeros(1, dtype=torch.float64).share_memory_()

    def average(self, rank: int, tensors: list[Tensor]) -> None:
        """Replaces `tensors` by their mean over replicas, summed in the same order by each."""
        if len(self.slots) == 1:
            return
        joined = torch.cat([t.reshape(-1) for t in tensors])
        self.slots[rank, : len(joined)] = joined
        self.barrier.wait()
        mean = self.slots[:, : len(joined)].mean(0)
        self.barrier.wait()
        first = 0
        for tensor in tensors:
            tensor.copy_(mean[first : first + tensor.numel()].view_as(tensor))
            first += tensor.numel()


class Run:
    """The state of one replica; all replicas hold the same numbers."""

    def __init__(self, config: Config, arithmetic: str, meeting: Meeting, rank: int) -> None:
        torch.manual_seed(config.seed)
        self.config, self.arithmetic = config, arithmetic
        self.network = ReliefNetwork(config.network).to(memory_format=torch.channels_last)
        self.average = ReliefNetwork(config.network)
        if config.initial is not None:
            try:
                take_over(self.network, torch.load(config.initial)["average"])
            except ValueError as error:
                raise ConfigError(f"{config.initial}: {error}") from error
        self.average.load_state_dict(self.network.state_dict())
        self._sources, self._averaged = (
            [value for value in network.state_dict().values() if value.is_floating_point()]
            for network in (self.network, self.average)
        )
        self.muon, self.adam = self._optimizers(meeting, rank)
        self.step = 0
        self.samples = 0
        self.elapsed_seconds = 0.0

    def _optimizers(self, meeting: Meeting, rank: int) -> tuple[Muon, torch.optim.AdamW]:
        """Muon for the layers between the first and the heads, AdamW for the rest."""
        prefixes = ("encoder.", "decoder.", "context.", "fine.join")
        between: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for name, parameter in self.network.named_parameters():
            chosen = name.startswith(prefixes) and parameter.ndim > 1
            (between if chosen else others).append(parameter)
        board = meeting.board[: sum(weight.numel() for weight in between)]
        team = Team(board, rank, meeting.replicas, meeting.barrier.wait)
        muon = Muon(between, self.config.muon_rate, team, self.arithmetic)
        adam = torch.optim.AdamW(
            others,
            lr=self.config.learning_rate,
            betas=(0.9, 0.98),  # short runs: the second moment must forget their start
            weight_decay=0.0,
            foreach=True,
        )
        return muon, adam

    def set_rate(self, share: float) -> None:
        """Both optimizers' rates as a share of the config's."""
        self.muon.param_groups[0]["lr"] = share * self.config.muon_rate
        self.adam.param_groups[0]["lr"] = share * self.config.learning_rate

    def buffers(self) -> list[Tensor]:
        return [b for b in self.network.buffers() if b.is_floating_point()]

    def update_average(self) -> None:
        keep = min(self.config.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_mul_(self._averaged, keep)
            torch._foreach_add_(self._averaged, self._sources, alpha=1 - keep)

    def save(self, path: Path) -> None:
        """Writes a checkpoint, beside and then in place of the old one."""
        beside = path.with_suffix(".part")
        torch.save(
            {
                "shape": self.config.network,
                "network": self.network.state_dict(),
                "average": self.average.state_dict(),
                "muon": self.muon.state_dict(),
                "adam": self.adam.state_dict(),
                "step": self.step,
                "samples": self.samples,
                "elapsed_seconds": self.elapsed_seconds,
                "arithmetic": self.arithmetic,
                "crop_camera": self.config.crop_camera,
            },
            beside,
        )
        beside.replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.step, self.samples = state["step"], state["samples"]
        self.elapsed_seconds = state["elapsed_seconds"]
