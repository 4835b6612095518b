#include "interruptible.hpp"

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <future>

namespace py = pybind11;

namespace portrait_depth {

void run_interruptibly(const std::function<void(const Progress& progress)>& work) {
  constexpr std::chrono::milliseconds kPollInterval(20);
  std::atomic<bool> stop = false;
  const py::gil_scoped_release unlocked;
  auto running = std::async(std::launch::async, [&] { work({.report = {}, .stop = &stop}); });
  while (running.wait_for(kPollInterval) != std::future_status::ready) {
    const py::gil_scoped_acquire locked;
    if (PyErr_CheckSignals() == 0) continue;
    py::error_already_set interrupt;
    stop = true;
    {
      const py::gil_scoped_release waiting;
      running.wait();
    }
    throw interrupt;
  }
  running.get();
}

}  // namespace portrait_depth
