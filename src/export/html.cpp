#include "export/html.hpp"

#include <charconv>
#include <string_view>

#include "export/viewer_assets.hpp"
#include "portrait_depth/error.hpp"
#include "text/base64.hpp"
#include "text/number_text.hpp"

namespace portrait_depth {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  return result;
}

// A policy has hashes in Base64.
std::string base64_of_hex(std::string_view digits) {
  constexpr int kHexadecimal = 16;
  std::vector<std::uint8_t> bytes(digits.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], kHexadecimal);
  return base64(bytes);
}

}  // namespace

std::vector<std::uint8_t> encode_html(std::span<const std::uint8_t> glb, const std::string& title,
                                      float aspect) {
  if (kViewerScript.empty())
    throw Error(
        ErrorCode::unsupported,
        "html: this build has no viewer, because three.js was missing; run scripts/fetch_three.sh and "
        "build again");
  std::string page;
  page.reserve(kViewerPage.size() + kViewerScript.size() + glb.size() / 3 * 4 + 4096);
  std::string_view rest = kViewerPage;
  while (true) {
    const std::size_t start = rest.find("{{"), end = rest.find("}}", start);
    page += rest.substr(0, start);
    if (start == std::string_view::npos) break;
    const std::string_view name = rest.substr(start + 2, end - start - 2);
    if (name == "title") page += escaped(title);
    if (name == "aspect") page += number_text(aspect, 7);
    if (name == "script-hash") page += base64_of_hex(kViewerScriptHash);
    if (name == "style-hash") page += base64_of_hex(kViewerStyleHash);
    if (name == "viewer") page += kViewerScript;
    if (name == "scene") page += base64(glb);
    rest.remove_prefix(end + 2);
  }
  return {page.begin(), page.end()};
}

}  // namespace portrait_depth
