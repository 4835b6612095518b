#include "record.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "image/srgb.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

static_assert(std::endian::native == std::endian::little, "records are little-endian");

std::uint8_t byte_of(float share) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0f, 1.0f) * 255));
}

std::uint8_t signed_byte_of(float value) {
  return static_cast<std::uint8_t>(
      static_cast<std::int8_t>(std::lround(std::clamp(value, -1.0f, 1.0f) * 127)));
}

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& bytes) : bytes_(bytes) { bytes_.clear(); }
  template <class T>
  void put(T value) {
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), raw, raw + sizeof value);
  }

 private:
  std::vector<std::uint8_t>& bytes_;
};

[[noreturn]] void fail(const std::filesystem::path& file, const char* reason) {
  throw Error(ErrorCode::unwritable, file.string() + ": " + reason + ": " + std::strerror(errno));
}

void write_all(int descriptor, const void* data, std::size_t size, std::size_t offset,
               const std::filesystem::path& file) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = pwrite(descriptor, at, size, static_cast<off_t>(offset));
    if (written < 0) fail(file, "cannot be written; is the disk full?");
    at += written;
    offset += static_cast<std::size_t>(written);
    size -= static_cast<std::size_t>(written);
  }
}

}  // namespace

std::uint16_t half_from_float(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return sign | 0x7E00u;   // not a number
  if (magnitude >= 0x477FF000u) return sign | 0x7C00u;  // rounds to infinity
  if (magnitude < 0x38800000u) {                        // subnormal half
    const float scaled = std::bit_cast<float>(magnitude) * 0x1p24f;
    return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyint(scaled)));
  }
  const std::uint32_t rounded = magnitude + 0xFFFu + ((magnitude >> 13) & 1u);
  return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

void encode(const Record& record, std::vector<std::uint8_t>& bytes) {
  Writer out(bytes);
  const auto pixels = record.pixels.values();
  for (const Pixel& p : pixels) out.put(half_from_float(p.depth));
  for (const Pixel& p : pixels)
    for (const float v : {p.normal.x, p.normal.y, p.normal.z}) out.put(signed_byte_of(v));
  for (const Pixel& p : pixels)
    for (const float v : {p.albedo.x, p.albedo.y, p.albedo.z}) out.put(srgb_from_linear(v));
  for (const Pixel& p : pixels) out.put(byte_of(p.alpha));
  for (const Pixel& p : pixels) out.put(byte_of(p.occlusion));
  for (const Pixel& p : pixels)
    for (const float v : p.shadow) out.put(byte_of(v));
  for (const Pixel& p : pixels)
    out.put(static_cast<std::uint8_t>(static_cast<std::uint8_t>(p.label) | (p.head ? 0x80u : 0u)));
  for (const Vec3& light : record.lights)
    for (const float v : {light.x, light.y, light.z}) out.put(v);
  for (const float v : {record.window.fx, record.window.fy, record.window.cx, record.window.cy}) out.put(v);
  out.put(record.head_distance);
  for (const auto& [name, value] : record.labels) out.put(value);
  out.put(record.seed);
}

std::string dtype_of(const Labels& labels) {
  std::string text =
      "[('depth', '<f2', (256, 192)), ('normal', '|i1', (256, 192, 3)), ('albedo', '|u1', (256, 192, 3)), "
      "('alpha', '|u1', (256, 192)), ('occlusion', '|u1', (256, 192)), ('shadow', '|u1', (256, 192, 3)), "
      "('material', '|u1', (256, 192)), ('light_direction', '<f4', (3, 3)), ('intrinsics', '<f4', (4,)), "
      "('head_distance', '<f4'), ";
  for (const auto& [name, value] : labels) text += "('label_" + name + "', '<f4'), ";
  return text + "('seed', '<u8')]";
}

std::string npy_header(const std::string& dtype, std::initializer_list<std::size_t> shape) {
  std::string dictionary = "{'descr': " + dtype + ", 'fortran_order': False, 'shape': (";
  for (const std::size_t size : shape) dictionary.append(std::to_string(size)).append(", ");
  dictionary.append("), }");
  constexpr std::size_t kPrefix = 10, kAlignment = 64;
  dictionary.append(kAlignment - (kPrefix + dictionary.size() + 1) % kAlignment, ' ');
  dictionary += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(dictionary.size() & 0xFF);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

ShardWriter::ShardWriter(std::filesystem::path file, const std::string& dtype, std::size_t record_bytes,
                         std::size_t count)
    : file_(std::move(file)), record_bytes_(record_bytes), count_(count) {
  temporary_ = file_;
  temporary_ += ".part";
  descriptor_ = open(temporary_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(temporary_, "cannot be created; is the folder writable?");
  const std::string header = npy_header(dtype, {count_});
  header_bytes_ = header.size();
  write_all(descriptor_, header.data(), header.size(), 0, temporary_);
}

ShardWriter::~ShardWriter() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
}

void ShardWriter::write(std::size_t index, std::span<const std::uint8_t> bytes) {
  if (bytes.size() != record_bytes_ || index >= count_)
    throw Error(ErrorCode::invalid_argument, file_.string() + ": a record of the wrong size or place");
  write_all(descriptor_, bytes.data(), bytes.size(), header_bytes_ + index * record_bytes_, temporary_);
}

void ShardWriter::complete() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (close(descriptor) != 0) fail(temporary_, "cannot be closed; is the disk full?");
  std::filesystem::rename(temporary_, file_);
}

}  // namespace portrait_depth::people
