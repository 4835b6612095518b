#include "request_reader.hpp"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

#include "text/lower_case.hpp"

namespace portrait_depth::http {
namespace {

constexpr std::size_t kMostFields = 64, kPartBuffer = 65536, kLongestId = 64;

std::string random_id() {
  static thread_local std::mt19937_64 random(std::random_device{}());
  std::array<char, 17> digits = {};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(random()));
  return digits.data();
}

bool is_id(const std::string& text) {
  return !text.empty() && text.size() <= kLongestId && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

std::string address_text(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (info == nullptr || info->client_addr == nullptr) return "";
  const sockaddr* address = info->client_addr;
  const void* number =
      address->sa_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr)
          : &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  ::inet_ntop(address->sa_family, number, text.data(), text.size());
  return text.data();
}

std::string text_of(const char* text, std::size_t size) {
  return text == nullptr ? std::string() : std::string(text, size);
}

MHD_Result add_value(void* target, MHD_ValueKind kind, const char* key, std::size_t key_size,
                     const char* value, std::size_t value_size) noexcept {
  auto& request = *static_cast<Request*>(target);
  try {
    if (kind == MHD_HEADER_KIND)
      request.headers.emplace_back(lower_case(text_of(key, key_size)), text_of(value, value_size));
    else
      request.fields.push_back({.name = text_of(key, key_size), .value = text_of(value, value_size)});
  } catch (const std::exception&) {
    return MHD_NO;
  }
  return MHD_YES;
}

}  // namespace

void read_head(MHD_Connection* connection, Request& request) {
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, add_value, &request);
  MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, add_value, &request);
  request.client = address_text(connection);
  const std::string& id = request.header("x-request-id");
  request.id = is_id(id) ? id : random_id();
}

RequestReader::RequestReader(MHD_Connection* connection, Request& request, std::uint64_t most_bytes)
    : request_(request), most_bytes_(most_bytes) {
  request.is_multipart = lower_case(request.header("content-type")).starts_with("multipart/form-data");
  if (!request.is_multipart) return;
  const auto add_bytes = [](void* target, MHD_ValueKind /*kind*/, const char* key, const char* file_name,
                            const char* /*content_type*/, const char* /*encoding*/, const char* data,
                            std::uint64_t offset, std::size_t size) noexcept {
    try {
      auto& reader = *static_cast<RequestReader*>(target);
      return reader.add_part(key, file_name, text_of(data, size), offset) ? MHD_YES : MHD_NO;
    } catch (const std::exception&) {
      return MHD_NO;
    }
  };
  parts_ = MHD_create_post_processor(connection, kPartBuffer, add_bytes, this);
  is_broken_ = parts_ == nullptr;
}

RequestReader::~RequestReader() {
  if (parts_ != nullptr) MHD_destroy_post_processor(parts_);
}

bool RequestReader::add_part(const char* name, const char* file_name, std::string_view bytes,
                             std::uint64_t offset) {
  if (name == nullptr) return true;
  // A part whose first bytes come in a later packet is named before, without a byte.
  const bool is_named =
      !request_.fields.empty() && request_.fields.back().name == name && request_.fields.back().value.empty();
  if (offset == 0 && !is_named) {
    if (request_.fields.size() == kMostFields) return false;
    request_.fields.push_back({.name = name, .value = {}, .is_file = file_name != nullptr});
  }
  request_.fields.back().value.append(bytes);
  return true;
}

bool RequestReader::read(std::string_view bytes) {
  request_.body_bytes += bytes.size();
  if (is_too_large()) {
    request_.body.clear();
    request_.fields.clear();
    return request_.body_bytes < 2 * most_bytes_;
  }
  if (!request_.is_multipart)
    request_.body.append(bytes);
  else if (!is_broken_)
    is_broken_ = MHD_post_process(parts_, bytes.data(), bytes.size()) != MHD_YES;
  return true;
}

std::string RequestReader::finish() {
  if (parts_ != nullptr && MHD_destroy_post_processor(parts_) != MHD_YES) is_broken_ = true;
  parts_ = nullptr;
  return is_broken_ ? "the multipart body is damaged, or has more than " + std::to_string(kMostFields) +
                          " parts; send it as multipart/form-data"
                    : "";
}

}  // namespace portrait_depth::http
