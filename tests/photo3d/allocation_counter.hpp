// How often the test program has asked for memory, for tests that something allocates nothing.
#pragma once

namespace portrait_depth {
long allocation_count();
}
