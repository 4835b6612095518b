// OpenEXR, through the library of its project. The header is read and checked before the library allocates
// memory for the pixels.
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfIO.h>
#include <ImfInputFile.h>
#include <ImfTileDescription.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>

#include "depth_files/map_formats.hpp"
#include "text/one_line.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::string_view kExrMagic("\x76\x2f\x31\x01", 4);
constexpr std::uint64_t kPartsOrDeepData = 0x1800;  // flags of the version's field
constexpr std::size_t kHeaderAt = 8;
constexpr int kMostChannels = 64, kLargestTile = 4096;
constexpr std::int64_t kLongestSide = 65536;

class MemoryStream : public Imf::IStream {
 public:
  explicit MemoryStream(const MapFile& file) : IStream(file.name.c_str()), bytes_(file.bytes) {}
  bool read(char target[], int count) override {
    const auto size = static_cast<std::size_t>(std::max(count, 0));
    if (at_ > bytes_.size() || size > bytes_.size() - at_) throw std::runtime_error("the file ends early");
    std::memcpy(target, bytes_.data() + at_, size);
    at_ += size;
    return at_ < bytes_.size();
  }
  std::uint64_t tellg() override { return at_; }
  void seekg(std::uint64_t position) override { at_ = position; }

 private:
  ByteSpan bytes_;
  std::uint64_t at_ = 0;
};

/// The channel with the depth; programs name it differently.
std::string depth_channel(const MapFile& file, const Imf::ChannelList& channels) {
  int count = 0;
  std::string only;
  for (auto channel = channels.begin(); channel != channels.end(); ++channel, ++count) only = channel.name();
  if (count == 1) return only;
  if (count > kMostChannels) file.fail_unsupported("more than 64 channels", "Save the depth alone");
  for (const std::string wanted : {"Z", "depth", "Depth", "Y", "R", "V"})
    for (auto channel = channels.begin(); channel != channels.end(); ++channel) {
      const std::string_view name = channel.name();
      if (name == wanted || name.ends_with("." + wanted)) return std::string(name);
    }
  file.fail_unsupported("no channel named Z, depth, Y, R or V", "Save the depth alone");
}

void check_header(const MapFile& file, const Imf::Header& header) {
  const auto& window = header.dataWindow();
  const std::int64_t width = std::int64_t{window.max.x} - window.min.x + 1,
                     height = std::int64_t{window.max.y} - window.min.y + 1;
  file.check_size(width, height);
  if (width > kLongestSide || height > kLongestSide)
    file.fail_unsupported("a side of more than 65536 pixels", "Scale the map down");
  if (!(window == header.displayWindow()))
    file.fail_unsupported("a data window other than the display window", "Save the whole picture");
  if (!header.hasTileDescription()) return;
  const Imf::TileDescription& tiles = header.tileDescription();
  if (tiles.xSize > kLargestTile || tiles.ySize > kLargestTile)
    file.fail_unsupported("tiles of more than 4096 pixels", "Save the map in rows");
}

Plane<float> read_pixels(const MapFile& file) {
  MemoryStream header_stream(file);
  header_stream.seekg(kHeaderAt);
  Imf::Header header;
  int version = static_cast<int>(*read_number(file.bytes, 4, 4, true));
  header.readFrom(header_stream, version);
  check_header(file, header);
  const std::string channel = depth_channel(file, header.channels());
  const Imf::Channel& layout = header.channels()[channel];
  if (layout.xSampling != 1 || layout.ySampling != 1)
    file.fail_unsupported("a depth channel with fewer pixels than the picture", "Save all pixels");

  MemoryStream stream(file);
  Imf::InputFile picture(stream, 0);
  const auto window = picture.header().dataWindow();
  Plane<float> values(window.max.x - window.min.x + 1, window.max.y - window.min.y + 1, 0.0f);
  Imf::FrameBuffer frame;
  frame.insert(channel, Imf::Slice::Make(Imf::FLOAT, values.row(0), window));
  picture.setFrameBuffer(frame);
  picture.readPixels(window.min.y, window.max.y);
  return values;
}

}  // namespace

bool is_exr(ByteSpan bytes) {
  return as_text(bytes).starts_with(kExrMagic);
}

Plane<float> read_exr(const MapFile& file) {
  const auto version = read_number(file.bytes, 4, 4, true);
  if (!version) file.fail_damaged("its header is incomplete");
  if ((*version & kPartsOrDeepData) != 0)
    file.fail_unsupported("OpenEXR with several parts or deep pixels", "Save one flat part");
  try {
    return read_pixels(file);
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    file.fail_damaged(one_line(error.what()));
  }
}

}  // namespace portrait_depth::io
