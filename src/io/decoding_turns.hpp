// Messages of one photo's decoding. libvips collects the messages of all threads in one buffer, and any
// thread may clear it.
#pragma once

#include <utility>

#include "portrait_depth/error.hpp"

namespace portrait_depth::io {

/// Holds a turn for decoding beside other photos.
class SharedTurn {
 public:
  SharedTurn();
  ~SharedTurn();
  SharedTurn(const SharedTurn&) = delete;
  SharedTurn& operator=(const SharedTurn&) = delete;
  /// True if no other photo was decoded since this turn began: the messages are this photo's.
  bool was_alone() const;

 private:
  unsigned number_ = 0;
  bool began_alone_ = false;
};

/// Holds a turn without other photos.
class OwnTurn {
 public:
  OwnTurn();
  ~OwnTurn();
  OwnTurn(const OwnTurn&) = delete;
  OwnTurn& operator=(const OwnTurn&) = delete;
};

/// Returns decode(), which opens and decodes one photo. Photos are decoded side by side. A photo that failed
/// beside others is decoded once more alone, so that its error has its own reason. A photo whose messages
/// decide about success (`reads_messages`) is decoded alone at once.
template <class Decode>
auto decode_in_turn(bool reads_messages, const Decode& decode) {
  if (!reads_messages) {
    const SharedTurn turn;
    try {
      return decode();
    } catch (const Error&) {
      if (turn.was_alone()) throw;
    }
  }
  const OwnTurn turn;
  return decode();
}

}  // namespace portrait_depth::io
