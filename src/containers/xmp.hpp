// Properties of an XMP packet, without a document tree, and new packets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portrait_depth::io {

/// The text of a property, an attribute or an element; an element's inner mark-up stays. std::nullopt if it
/// is missing. `space` is the URI of its namespace.
std::optional<std::string_view> xmp_text(std::string_view packet, std::string_view space,
                                         std::string_view name);

/// The same within a part of the packet, such as an item of xmp_items().
std::optional<std::string_view> xmp_text_in(std::string_view packet, std::string_view part,
                                            std::string_view space, std::string_view name);
/// The items of a list: each one's text behind `<rdf:li`, with its attributes and inner mark-up.
std::vector<std::string_view> xmp_items(std::string_view packet, std::string_view space,
                                        std::string_view name);

/// The numbers of a property: its text's, or those of the items of its list.
std::vector<double> xmp_numbers(std::string_view packet, std::string_view space, std::string_view name);
std::optional<double> xmp_number(std::string_view packet, std::string_view space, std::string_view name);

/// A packet without its wrapper, with one description: its namespaces and properties as attributes, and its
/// elements.
std::string xmp_packet(std::string_view attributes, std::string_view elements = {});

}  // namespace portrait_depth::io
