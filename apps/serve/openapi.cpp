#include "openapi.hpp"

#include <set>

#include "portrait_depth/version.hpp"
#include "request_options.hpp"
#include "task.hpp"

namespace portrait_depth::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kProblemReference = "#/components/schemas/Problem";

Json reference(const std::string& name) {
  return {{"$ref", "#/components/schemas/" + name}};
}

Json problem_response(const char* description) {
  return {{"description", description},
          {"content", {{"application/problem+json", {{"schema", {{"$ref", kProblemReference}}}}}}}};
}

Json json_response(const char* description, const Json& schema) {
  return {{"description", description}, {"content", {{"application/json", {{"schema", schema}}}}}};
}

Json binary_schema() {
  return {{"type", "string"}, {"format", "binary"}};
}

Json query_parameters(const Task& task) {
  Json parameters = Json::array();
  for (const OfferedOption& option : offered_options(task))
    if (option.source != ValueSource::file)
      parameters.push_back({{"name", option.name},
                            {"in", "query"},
                            {"required", false},
                            {"description", option.description},
                            {"schema", option.schema}});
  return parameters;
}

Json form_schema(const Task& task) {
  const Json binary = binary_schema();
  Json properties = {{"photo", binary}};
  properties["photo"]["description"] = "The photo: JPEG, PNG, WebP, TIFF, HEIC, AVIF or GIF";
  for (const OfferedOption& option : offered_options(task)) {
    Json schema = option.source == ValueSource::file ? binary : option.schema;
    schema["description"] = option.description;
    properties[option.name] = schema;
  }
  return {{"type", "object"}, {"required", {"photo"}}, {"properties", properties}};
}

Json request_body(const Task& task) {
  return {{"required", true},
          {"content",
           {{"multipart/form-data", {{"schema", form_schema(task)}}},
            {"application/octet-stream", {{"schema", binary_schema()}}}}}};
}

Json task_responses(const Task& task) {
  Json content = {
      {"application/json", {{"schema", reference("Result")}}},
      {"text/event-stream",
       {{"schema",
         {{"type", "string"},
          {"description",
           "Events `progress` (fraction, stage), then one of `result` (Result) or `error` (Problem)"}}}}}};
  for (const std::string& format : task.rule.formats)
    content[media_type(format)] = {{"schema", binary_schema()}};
  Json responses;
  responses["200"] = {
      {"description", task.summary + ", as a file, as JSON or as events, as the Accept header asks for"},
      {"content", content}};
  responses["400"] = problem_response("An option or a part is wrong");
  responses["401"] = problem_response("The token is missing or wrong");
  responses["413"] = problem_response("The body or the photo is too large");
  responses["415"] = problem_response("The photo or the result has an unsupported format");
  responses["422"] = problem_response("The photo is damaged or shows no person");
  responses["503"] = problem_response("The queue is full, or the time is over: see Retry-After");
  return responses;
}

Json task_path(const Task& task) {
  return {{"post",
           {{"operationId", task.name},
            {"summary", task.summary},
            {"parameters", query_parameters(task)},
            {"requestBody", request_body(task)},
            {"responses", task_responses(task)}}}};
}

Json text_path(const char* name, const char* summary, const char* type) {
  const Json response = {{"description", summary}, {"content", {{type, {{"schema", {{"type", "string"}}}}}}}};
  return {{"get", {{"operationId", name}, {"summary", summary}, {"responses", {{"200", response}}}}}};
}

Json schemas() {
  const Json text = {{"type", "string"}}, number = {{"type", "number"}}, whole = {{"type", "integer"}};
  Json all;
  all["Problem"] = {{"type", "object"},
                    {"description", "RFC 9457"},
                    {"required", {"type", "title", "status", "detail"}},
                    {"properties", {{"type", text}, {"title", text}, {"status", whole}, {"detail", text}}}};
  all["Result"] = {{"type", "object"},
                   {"required", {"media_type", "file_name", "facts", "notes", "seconds", "data"}},
                   {"properties",
                    {{"media_type", text},
                     {"file_name", text},
                     {"facts", {{"type", "object"}, {"description", "As in the command's --json"}}},
                     {"notes", {{"type", "array"}, {"items", text}}},
                     {"seconds", {{"type", "object"}, {"additionalProperties", number}}},
                     {"data", {{"type", "string"}, {"contentEncoding", "base64"}}}}}};
  all["Model"] = {
      {"type", "object"},
      {"required", {"name", "available", "description"}},
      {"properties", {{"name", text}, {"available", {{"type", "boolean"}}}, {"description", text}}}};
  return all;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += c;
  }
  return result;
}

std::string values_of(const OfferedOption& option) {
  if (option.source == ValueSource::file) return "a file";
  std::string text = option.schema["type"].get<std::string>();
  if (option.schema.contains("enum")) {
    text.clear();
    for (const auto& word : option.schema["enum"]) text.append(text.empty() ? "" : ", ").append(word);
  }
  if (option.schema.contains("minimum"))
    text += " from " + option.schema["minimum"].dump() + " to " + option.schema["maximum"].dump();
  if (option.source == ValueSource::text_or_file) text += " or a file";
  if (option.schema.contains("default")) text += "; default " + option.schema["default"].dump();
  return text;
}

}  // namespace

nlohmann::ordered_json openapi(bool has_tokens) {
  Json paths;
  for (const Task& task : tasks()) paths["/v1/" + task.name] = task_path(task);
  paths["/v1/models"] = {
      {"get",
       {{"operationId", "models"},
        {"summary", "The depth networks"},
        {"responses",
         {{"200", json_response("The list", {{"type", "array"}, {"items", reference("Model")}})}}}}}};
  paths["/healthz"] = text_path("healthz", "The process answers", "text/plain");
  paths["/readyz"] = text_path("readyz", "The networks are loaded and photos are accepted", "text/plain");
  paths["/readyz"]["get"]["responses"]["503"] = problem_response("Not ready");
  paths["/metrics"] = text_path("metrics", "Counts for Prometheus", "text/plain");
  Json document = {{"openapi", "3.1.0"},
                   {"info",
                    {{"title", "Portrait Depth"},
                     {"version", PORTRAIT_DEPTH_VERSION},
                     {"description", "One photo of a person becomes a depth map and a 3D photo that moves."},
                     {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
                   {"servers", {{{"url", "/"}}}},
                   {"paths", paths},
                   {"components", {{"schemas", schemas()}}}};
  if (has_tokens) {
    document["components"]["securitySchemes"] = {{"token", {{"type", "http"}, {"scheme", "bearer"}}}};
    document["security"] = Json::array({{{"token", Json::array()}}});
  }
  return document;
}

std::string reference_page() {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><title>Portrait Depth: requests</title>"
      "<link rel=\"stylesheet\" href=\"/upload.css\"></head><body><main><h1>Requests</h1>"
      "<p>Send the photo as the body and the options in the query, or all as parts of a multipart/form-data "
      "body. "
      "<code>Accept: application/json</code> asks for the result with its facts, <code>Accept: "
      "text/event-stream</code> for progress events. Errors are <code>application/problem+json</code>. "
      "<a href=\"/openapi.json\">openapi.json</a> describes all for programs.</p>";
  for (const Task& task : tasks()) {
    page += "<h2><code>POST /v1/" + task.name + "</code></h2><p>" + task.summary +
            "</p><table><thead><tr><th>option<th>values<th>meaning</tr></thead><tbody>";
    for (const OfferedOption& option : offered_options(task))
      page += "<tr><td><code>" + option.name + "</code><td>" + escaped(values_of(option)) + "<td>" +
              escaped(option.description) + "</tr>";
    page += "</tbody></table>";
  }
  return page +
         "<h2>Other requests</h2><ul><li><code>GET /v1/models</code>: the depth networks<li><code>GET "
         "/healthz</code>, <code>GET /readyz</code>: probes<li><code>GET /metrics</code>: counts for "
         "Prometheus<li><a href=\"/upload\">/upload</a>: a page that sends a "
         "photo</ul></main></body></html>\n";
}

}  // namespace portrait_depth::serve
