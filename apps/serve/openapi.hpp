// The description of the service, OpenAPI 3.1, and its page: both from the table of tasks and their options.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace portrait_depth::serve {

/// `has_tokens`: requests need a bearer token.
nlohmann::ordered_json openapi(bool has_tokens);
/// The same as a page without scripts.
std::string reference_page();

}  // namespace portrait_depth::serve
