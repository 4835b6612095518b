// GIF's compression: T. Welch, "A Technique for High-Performance Data Compression", 1984, with GIF's codes of
// growing length. If several colors are allowed for a pixel, the compressor chooses the colors that need the
// fewest bits.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace portrait_depth::film {

/// The strings with a code, as a tree: a code's string is that of its parent and one further index.
class LzwDictionary {
 public:
  static constexpr unsigned kIndexBits = 8, kClearCode = 1u << kIndexBits, kEndCode = kClearCode + 1,
                            kFirstFreeCode = kEndCode + 1, kMostBits = 12, kMostCodes = 1u << kMostBits;

  LzwDictionary();
  void clear();
  bool is_full() const { return next_ == kMostCodes; }
  unsigned next() const { return next_; }
  /// Gives `prefix` followed by `index` the next code.
  void add(unsigned prefix, std::uint8_t index);

  struct Match {
    unsigned code = 0;
    int length = 0;
    int gain = 0;
  };
  /// The best string for a row of pixels that begins with `first`. `gain(i, index)` is the value of `index`
  /// at pixel i, 1..count - 1; below 0, the index is not allowed there.
  template <class Gain>
  Match best_match(std::uint8_t first, int count, const Gain& gain) const {
    Match best = {first, 1, 0};
    follow({first, 1, 0}, count, gain, best);
    return best;
  }
  /// Writes a code's string, as long as `indices`.
  void spell(unsigned code, std::span<std::uint8_t> indices) const;

 private:
  // Examines each string at most once.
  template <class Gain>
  void follow(const Match& match, int count, const Gain& gain, Match& best) const {
    if (match.length == count) return;
    for (unsigned code = first_child_[match.code]; code != 0; code = sibling_[code]) {
      const int more = gain(match.length, index_[code]);
      if (more < 0) continue;
      const Match longer = {code, match.length + 1, match.gain + more};
      if (longer.gain > best.gain) best = longer;
      follow(longer, count, gain, best);
    }
  }

  std::array<std::uint16_t, kMostCodes> first_child_, sibling_, parent_;
  std::array<std::uint8_t, kMostCodes> index_;
  unsigned next_ = kFirstFreeCode;
};

/// Writes codes as GIF's image data: code size, sub-blocks, terminator.
class LzwWriter {
 public:
  explicit LzwWriter(std::vector<std::uint8_t>& bytes);
  void put(unsigned code, unsigned bits);
  /// Ends the data; the last call.
  void finish();

 private:
  void open();
  void close();
  void put_byte();

  std::vector<std::uint8_t>& bytes_;
  std::size_t length_at_ = 0;
  unsigned buffer_ = 0, filled_ = 0;
};

/// Appends count > 0 pixels as image data. `preferred(i)` is the index of pixel i unless another one saves
/// codes; `gain(i, index)` is as for best_match. `shown(i, index)` is called with each pixel's result.
template <class Preferred, class Gain, class Shown>
void append_lzw(int count, const Preferred& preferred, const Gain& gain, const Shown& shown,
                LzwDictionary& dictionary, std::vector<std::uint8_t>& bytes) {
  LzwWriter writer(bytes);
  unsigned bits = LzwDictionary::kIndexBits + 1;
  dictionary.clear();
  writer.put(LzwDictionary::kClearCode, bits);
  std::vector<std::uint8_t> string;
  for (int at = 0; at < count;) {
    const auto match = dictionary.best_match(preferred(at), count - at,
                                             [&](int i, std::uint8_t index) { return gain(at + i, index); });
    writer.put(match.code, bits);
    string.resize(static_cast<std::size_t>(match.length));
    dictionary.spell(match.code, string);
    for (const std::uint8_t index : string) shown(at++, index);
    if (at == count) break;
    if (dictionary.is_full()) {
      writer.put(LzwDictionary::kClearCode, bits);
      dictionary.clear();
      bits = LzwDictionary::kIndexBits + 1;
    } else {
      dictionary.add(match.code, preferred(at));
      // The reader adds this code one step later, so the length grows one step later.
      if (dictionary.next() > 1u << bits && bits < LzwDictionary::kMostBits) ++bits;
    }
  }
  // The reader has added one more code, which may need a longer length.
  if (dictionary.next() == 1u << bits && bits < LzwDictionary::kMostBits) ++bits;
  writer.put(LzwDictionary::kEndCode, bits);
  writer.finish();
}

}  // namespace portrait_depth::film
