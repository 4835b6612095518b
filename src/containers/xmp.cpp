// Based on: Adobe, "XMP Specification Part 1", 2012 (ISO 16684-1): simple properties and arrays in RDF/XML.
#include "containers/xmp.hpp"

#include <algorithm>
#include <string>

#include "text/decimal.hpp"

namespace portrait_depth::io {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::size_t kMostPrefixes = 16;  // of one namespace; each costs a search through the packet

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':';
}

// The value of the attribute whose `=` comes next.
std::optional<std::string_view> quoted_value(std::string_view text) {
  std::size_t at = text.find_first_not_of(kSpaces);
  if (at == std::string_view::npos || text[at] != '=') return std::nullopt;
  at = text.find_first_not_of(kSpaces, at + 1);
  if (at == std::string_view::npos || (text[at] != '"' && text[at] != '\'')) return std::nullopt;
  const std::size_t end = text.find(text[at], at + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(at + 1, end - at - 1);
}

// The text between the rest of a start tag and its end tag.
std::optional<std::string_view> element_content(std::string_view text, const std::string& name) {
  const std::size_t start = text.find('>');
  if (start == std::string_view::npos) return std::nullopt;
  if (start > 0 && text[start - 1] == '/') return std::string_view();
  const std::size_t end = text.find("</" + name, start);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(start + 1, end - start - 1);
}

std::optional<std::string_view> find_property(std::string_view packet, const std::string& name) {
  bool is_closed = true;  // false once a tag has no end in the rest of the packet
  for (std::size_t at = packet.find(name); at != std::string_view::npos; at = packet.find(name, at + 1)) {
    const std::size_t after = at + name.size();
    if (at == 0 || after >= packet.size() || is_name_letter(packet[after])) continue;
    const std::string_view rest = packet.substr(after);
    const char before = packet[at - 1];
    std::optional<std::string_view> value;
    if (before == '<' && is_closed) {
      value = element_content(rest, name);
      is_closed = value.has_value();
    } else if (kSpaces.find(before) != std::string_view::npos) {
      value = quoted_value(rest);
    }
    if (value) return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> xmp_text(std::string_view packet, std::string_view space,
                                         std::string_view name) {
  return xmp_text_in(packet, packet, space, name);
}

std::vector<std::string_view> xmp_items(std::string_view packet, std::string_view space,
                                        std::string_view name) {
  constexpr std::string_view kItem = "<rdf:li";
  std::vector<std::string_view> items;
  const std::string_view list = xmp_text(packet, space, name).value_or(std::string_view());
  for (std::size_t at = list.find(kItem); at != std::string_view::npos;) {
    const std::size_t start = at + kItem.size();
    at = list.find(kItem, start);
    items.push_back(list.substr(start, at == std::string_view::npos ? at : at - start));
  }
  return items;
}

std::optional<std::string_view> xmp_text_in(std::string_view packet, std::string_view part,
                                            std::string_view space, std::string_view name) {
  constexpr std::string_view kDeclaration = "xmlns:";
  std::vector<std::string_view> searched;
  for (std::size_t at = packet.find(kDeclaration); at != std::string_view::npos;
       at = packet.find(kDeclaration, at + 1)) {
    const std::size_t start = at + kDeclaration.size();
    std::size_t end = start;
    while (end < packet.size() && is_name_letter(packet[end]) && packet[end] != ':') ++end;
    if (end == start || quoted_value(packet.substr(end)) != space) continue;
    const std::string_view prefix = packet.substr(start, end - start);
    if (std::find(searched.begin(), searched.end(), prefix) != searched.end()) continue;
    if (searched.size() == kMostPrefixes) break;
    searched.push_back(prefix);
    std::string full(prefix);
    full.append(1, ':').append(name);
    if (const auto value = find_property(part, full)) return value;
  }
  return std::nullopt;
}

std::vector<double> xmp_numbers(std::string_view packet, std::string_view space, std::string_view name) {
  std::vector<double> numbers;
  const std::string_view text = xmp_text(packet, space, name).value_or(std::string_view());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '<') {
      at = text.find('>', at);
      if (at == std::string_view::npos) break;
      ++at;
      continue;
    }
    std::string_view rest = text.substr(at);
    if (const auto number = take_decimal(rest)) numbers.push_back(*number);
    at = std::max(at + 1, text.size() - rest.size());
  }
  return numbers;
}

std::optional<double> xmp_number(std::string_view packet, std::string_view space, std::string_view name) {
  const std::vector<double> numbers = xmp_numbers(packet, space, name);
  return numbers.empty() ? std::nullopt : std::optional(numbers.front());
}

std::string xmp_packet(std::string_view attributes, std::string_view elements) {
  std::string packet =
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
      "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" ";
  packet.append(attributes);
  if (elements.empty())
    packet += "/>";
  else
    packet.append(">").append(elements).append("</rdf:Description>");
  return packet + "</rdf:RDF></x:xmpmeta>";
}

}  // namespace portrait_depth::io
