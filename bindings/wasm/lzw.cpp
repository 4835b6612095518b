#include "lzw.hpp"

#include <algorithm>

namespace portrait_depth::wasm {
namespace {

constexpr unsigned index_bits = 8, clear_code = 1u << index_bits, end_code = clear_code + 1,
                   first_free_code = end_code + 1;
constexpr unsigned most_bits = 12, most_codes = 1u << most_bits;

// Bits from the lowest on, in blocks of at most 255 bytes with their length before them.
class BlockWriter {
 public:
  explicit BlockWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) { open(); }

  void put(unsigned code, unsigned bits) {
    buffer_ |= code << filled_;
    for (filled_ += bits; filled_ >= 8; filled_ -= 8, buffer_ >>= 8) put_byte();
  }
  void finish() {
    if (filled_ > 0) put_byte();
    close();
    if (bytes_[length_at_] != 0) bytes_.push_back(0);
  }

 private:
  void open() {
    length_at_ = bytes_.size();
    bytes_.push_back(0);
  }
  void close() { bytes_[length_at_] = static_cast<std::uint8_t>(bytes_.size() - length_at_ - 1); }
  void put_byte() {
    bytes_.push_back(static_cast<std::uint8_t>(buffer_));
    if (bytes_.size() - length_at_ - 1 == 255) {
      close();
      open();
    }
  }

  std::vector<std::uint8_t>& bytes_;
  std::size_t length_at_ = 0;
  unsigned buffer_ = 0, filled_ = 0;
};

// Which code stands for a known string followed by an index: a table of all pairs, 4096 x 256, stamped so
// that clearing it costs nothing.
class Dictionary {
 public:
  Dictionary() : codes_(most_codes << index_bits), stamps_(most_codes << index_bits) {}
  void clear() {
    next_ = first_free_code;
    if (++stamp_ == 0) {
      std::fill(stamps_.begin(), stamps_.end(), std::uint16_t{0});
      stamp_ = 1;
    }
  }
  // 0 when the pair is not known.
  unsigned find(unsigned prefix, std::uint8_t index) const {
    const unsigned at = prefix << index_bits | index;
    return stamps_[at] == stamp_ ? codes_[at] : 0u;
  }
  unsigned add(unsigned prefix, std::uint8_t index) {
    const unsigned at = prefix << index_bits | index;
    stamps_[at] = stamp_;
    codes_[at] = static_cast<std::uint16_t>(next_);
    return next_++;
  }
  unsigned next() const { return next_; }

 private:
  std::vector<std::uint16_t> codes_, stamps_;
  std::uint16_t stamp_ = 0;
  unsigned next_ = first_free_code;
};

}  // namespace

void append_lzw(PlaneView<const std::uint8_t> indices, std::vector<std::uint8_t>& bytes) {
  static Dictionary dictionary;
  bytes.push_back(index_bits);
  BlockWriter blocks(bytes);
  unsigned bits = index_bits + 1;
  dictionary.clear();
  blocks.put(clear_code, bits);

  unsigned prefix = indices(0, 0);
  for (int y = 0; y < indices.height(); ++y) {
    const std::uint8_t* row = indices.row(y);
    for (int x = y == 0 ? 1 : 0; x < indices.width(); ++x) {
      if (const unsigned known = dictionary.find(prefix, row[x]); known != 0) {
        prefix = known;
        continue;
      }
      blocks.put(prefix, bits);
      if (dictionary.next() < most_codes) {
        // The reader learns this code one step later: the length grows only then.
        if (dictionary.add(prefix, row[x]) == 1u << bits && bits < most_bits) ++bits;
      } else {
        blocks.put(clear_code, bits);
        dictionary.clear();
        bits = index_bits + 1;
      }
      prefix = row[x];
    }
  }
  blocks.put(prefix, bits);
  // The reader has learnt one more code by now, which may have made the codes longer.
  if (dictionary.next() == 1u << bits && bits < most_bits) ++bits;
  blocks.put(end_code, bits);
  blocks.finish();
}

}  // namespace portrait_depth::wasm
