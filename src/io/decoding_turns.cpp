#include "io/decoding_turns.hpp"

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace portrait_depth::io {
namespace {

// Threads that are waiting at the program's end still use them. All wait for `gate`, so that many shared
// turns do not keep an own one waiting.
struct Turns {
  std::mutex gate;
  std::shared_mutex mutex;
};
Turns& turns() {
  static auto* const made = new Turns;
  return *made;
}
std::atomic<unsigned> begun = 0, running = 0;

}  // namespace

SharedTurn::SharedTurn() {
  const std::lock_guard gate(turns().gate);
  turns().mutex.lock_shared();
  began_alone_ = running.fetch_add(1) == 0;
  number_ = begun.fetch_add(1) + 1;
}

SharedTurn::~SharedTurn() {
  running.fetch_sub(1);
  turns().mutex.unlock_shared();
}

bool SharedTurn::was_alone() const {
  return began_alone_ && begun == number_;
}

OwnTurn::OwnTurn() {
  const std::lock_guard gate(turns().gate);
  turns().mutex.lock();
}

OwnTurn::~OwnTurn() {
  turns().mutex.unlock();
}

}  // namespace portrait_depth::io
