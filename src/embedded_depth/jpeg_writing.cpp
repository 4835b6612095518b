#include "embedded_depth/jpeg_writing.hpp"

#include "containers/big_endian.hpp"
#include "containers/jpeg_segments.hpp"

namespace portrait_depth::io {

std::string jpeg_segment(std::uint8_t marker, std::string_view name, std::string_view content) {
  const std::size_t length = 2 + name.size() + content.size();
  std::string bytes = "\xFF";
  bytes += static_cast<char>(marker);
  return bytes.append(big_endian(length, 2)).append(name).append(content);
}

std::string exif_segment(const std::string& exif) {
  return exif.empty() ? exif : jpeg_segment(kApp1, exif, {});
}

std::string main_xmp_segment(const std::string& packet) {
  return jpeg_segment(kApp1, kMainXmpName,
                      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" + packet +
                          "<?xpacket end=\"r\"?>");
}

std::size_t after_jfif(const std::vector<std::uint8_t>& jpeg) {
  constexpr std::uint8_t kApp0 = 0xE0;
  const auto segments = jpeg_segments(jpeg);
  if (segments.empty() || segments.front().marker != kApp0) return 2;
  return segments.front().offset + segments.front().payload.size();
}

void insert_segments(std::vector<std::uint8_t>& jpeg, const std::string& segments) {
  jpeg.insert(jpeg.begin() + static_cast<std::ptrdiff_t>(after_jfif(jpeg)), segments.begin(), segments.end());
}

}  // namespace portrait_depth::io
