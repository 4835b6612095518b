// Text that libraries print on standard error, kept apart from the command's own lines.
#pragma once

namespace portrait_depth::cli {

/// From now on standard error's descriptor leads into a pipe, and std::cerr to the real standard error. A
/// crash prints the pipe's text, so that the reason of an abort() stays visible. Call it once, before other
/// threads start.
void separate_library_messages();

/// The real standard error.
int message_descriptor();

}  // namespace portrait_depth::cli
