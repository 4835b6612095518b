// The description of a depth network: an accepted one is usable, and its texts are one line each.
#include <string_view>

#include "depth/model_description.hpp"
#include "depth/model_registry.hpp"
#include "depth/network_input.hpp"
#include "fuzz_target.hpp"

namespace portrait_depth {
namespace {

void check(const DepthModel& model) {
  check_depth_model(model);
  for (const std::string& text : {model.description, model.license, model.source, model.input_name,
                                  model.output_name, model.file.string()})
    fuzz::require_printable(text);
  fuzz::require(model.file.parent_path() == "/networks", "the network is beside its description");
  for (const Box& person : {Box{0, 0, 1, 1}, Box{10, 0, 3000, 2}, Box{0, 10, 2, 3000}}) {
    const NetworkInput input = network_input(model, person, 4000, 3000);
    fuzz::require(input.width >= 1 && input.height >= 1, "an input has pixels");
    // 4 times the longest side that a description can name, rounded to a multiple of at most 1024.
    fuzz::require(input.width <= 9216 && input.height <= 9216, "an input is bounded");
    fuzz::require(input.crop.width > 0 && input.crop.height > 0, "a window has an area");
  }
}

}  // namespace
}  // namespace portrait_depth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portrait_depth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::expect_no_error_but_ours([&] { check(parse_depth_model(text, "/networks/mine.toml")); });
  return 0;
}
