#include "io/depth_xmp.hpp"

#include "text/number_text.hpp"

namespace portrait_depth::io {
namespace {

constexpr int kRangeDigits = 9;  // as many as distinguish a float from its neighbors

}  // namespace

std::string gdepth_property(const char* name, const std::string& value) {
  return std::string("GDepth:") + name + "=\"" + value + "\" ";
}

std::string gdepth_range(std::string_view format, float near, float far) {
  return gdepth_property("Format", std::string(format)) +
         gdepth_property("Near", number_text(static_cast<double>(near), kRangeDigits)) +
         gdepth_property("Far", number_text(static_cast<double>(far), kRangeDigits)) +
         gdepth_property("Units", "m") + gdepth_property("MeasureType", "OpticalAxis") +
         gdepth_property("Software", "Portrait Depth");
}

std::string gdepth_packet(const std::string& properties) {
  return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
         "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
         "<rdf:Description rdf:about=\"\" xmlns:GDepth=\"" +
         std::string(kGdepthSpace) + "\" " + properties + "/></rdf:RDF></x:xmpmeta>";
}

}  // namespace portrait_depth::io
