#include "film/gif_lzw.hpp"

namespace portrait_depth::film {

LzwDictionary::LzwDictionary() : sibling_{}, parent_{} {
  for (unsigned i = 0; i < kClearCode; ++i) index_[i] = static_cast<std::uint8_t>(i);
  clear();
}

void LzwDictionary::clear() {
  first_child_.fill(0);
  next_ = kFirstFreeCode;
}

void LzwDictionary::add(unsigned prefix, std::uint8_t index) {
  parent_[next_] = static_cast<std::uint16_t>(prefix);
  index_[next_] = index;
  sibling_[next_] = first_child_[prefix];
  first_child_[prefix] = static_cast<std::uint16_t>(next_++);
}

void LzwDictionary::spell(unsigned code, std::span<std::uint8_t> indices) const {
  for (auto index = indices.rbegin(); index != indices.rend(); ++index, code = parent_[code])
    *index = index_[code];
}

LzwWriter::LzwWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {
  bytes_.push_back(LzwDictionary::kIndexBits);
  open();
}

// The lowest bits first, in blocks of at most 255 bytes after their length.
void LzwWriter::put(unsigned code, unsigned bits) {
  buffer_ |= code << filled_;
  for (filled_ += bits; filled_ >= 8; filled_ -= 8, buffer_ >>= 8) put_byte();
}

void LzwWriter::finish() {
  if (filled_ > 0) put_byte();
  close();
  if (bytes_[length_at_] != 0) bytes_.push_back(0);
}

void LzwWriter::open() {
  length_at_ = bytes_.size();
  bytes_.push_back(0);
}

void LzwWriter::close() {
  bytes_[length_at_] = static_cast<std::uint8_t>(bytes_.size() - length_at_ - 1);
}

void LzwWriter::put_byte() {
  bytes_.push_back(static_cast<std::uint8_t>(buffer_));
  if (bytes_.size() - length_at_ - 1 == 255) {
    close();
    open();
  }
}

}  // namespace portrait_depth::film
