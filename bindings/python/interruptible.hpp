// Long work that Ctrl-C ends.
#pragma once

#include <functional>

#include "portrait_depth/progress.hpp"

namespace portrait_depth {

/// Runs `work` on a thread of its own. The caller holds the interpreter's lock. The calling thread meanwhile
/// runs Python's signal handlers. If a handler raises an exception (Ctrl-C: KeyboardInterrupt), the stop flag
/// of the work's Progress is set, and the exception is thrown once the work has ended. Otherwise throws the
/// exception of `work`.
void run_interruptibly(const std::function<void(const Progress& progress)>& work);

}  // namespace portrait_depth
