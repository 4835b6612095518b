#include "io/depth_xmp.hpp"

#include "containers/xmp.hpp"
#include "text/number_text.hpp"

namespace portrait_depth::io {

std::string gdepth_property(const char* name, const std::string& value) {
  return std::string("GDepth:") + name + "=\"" + value + "\" ";
}

std::string gdepth_range(std::string_view format, float near, float far) {
  return gdepth_property("Format", std::string(format)) +
         gdepth_property("Near", number_text(static_cast<double>(near), kFloatDigits)) +
         gdepth_property("Far", number_text(static_cast<double>(far), kFloatDigits)) +
         gdepth_property("Units", "m") + gdepth_property("MeasureType", "OpticalAxis") +
         gdepth_property("Software", "Portrait Depth");
}

std::string gdepth_packet(const std::string& properties) {
  return xmp_packet("xmlns:GDepth=\"" + std::string(kGdepthSpace) + "\" " + properties);
}

}  // namespace portrait_depth::io
