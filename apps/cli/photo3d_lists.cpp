#include "photo3d_lists.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

#include "portrait_depth/export.hpp"
#include "portrait_depth/film.hpp"
#include "still_output.hpp"

namespace portrait_depth::cli {
namespace {

std::string description_of(const FilmFormat& format) {
  std::string text = format.description;
  for (std::size_t i = 1; i < format.codecs.size(); ++i) {
    const FilmCodec& codec = format.codecs[i];
    text.append(" (--codec ").append(codec.name).append(": ").append(codec.description).append(")");
  }
  if (format.codecs.front().has_alpha) text += "; transparent with --background none";
  return text;
}

}  // namespace

std::string format_list() {
  std::vector<std::pair<std::string, std::string>> rows;
  const auto add = [&](const std::string& extension, const std::string& description) {
    const auto known =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.first == extension; });
    if (known == rows.end())
      rows.emplace_back(extension, description);
    else
      known->second += "; " + description;
  };
  for (const FilmFormat& format : film_formats()) add(format.extension, description_of(format));
  for (const StillFormat& format : kStillFormats) add(format.extension, format.description);
  for (const ExportFormat& format : export_formats()) add(format.extension, format.description);
  std::string text;
  for (const auto& [extension, description] : rows) {
    constexpr std::size_t kColumn = 6;
    std::string name = extension;
    name.resize(std::max(kColumn, name.size() + 1), ' ');
    text += name + description + "\n";
  }
  return text;
}

void print_formats() {
  std::cout << format_list() << std::flush;
  throw CLI::Success();
}

void print_presets() {
  for (const auto& preset : camera_presets()) std::cout << preset.name << "  " << preset.description << "\n";
  std::cout.flush();
  throw CLI::Success();
}

}  // namespace portrait_depth::cli
