// SHA-256 of files and text, to recognize the same content under any name.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace portrait_depth::io {

/// 64 hexadecimal digits. Throws ErrorCode::not_found, or unreadable for a file that cannot be read to its
/// end.
std::string sha256_of_file(const std::filesystem::path& file);
std::string sha256_of_text(std::string_view text);

}  // namespace portrait_depth::io
