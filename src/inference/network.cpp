#include "inference/network.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <numeric>
#include <system_error>
#include <tuple>
#include <utility>

#include "files/input_file.hpp"
#include "inference/network_rules.hpp"
#include "inference/onnxruntime_api.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/runtime.hpp"
#include "text/lower_case.hpp"
#include "text/one_line.hpp"
#include "text/printable_name.hpp"

namespace portrait_depth {
namespace {

using onnxruntime::api;

constexpr std::string_view kProviderSuffix = "ExecutionProvider";

/// The arena's messages: the system refused the memory; the arena's own bound did.
constexpr std::string_view kNoMemory = "Failed to allocate memory for requested buffer";
constexpr std::string_view kOverBound = "is smaller than requested bytes";

/// Of a run whose output does not fit the bound memory: found in the node, or before the run.
constexpr std::string_view kOutputMisfits[] = {"The output OrtValue provided for output",
                                               "invalid dimensions for output"};

/// ONNX Runtime's reason in one line. Throws std::bad_alloc if the reason is missing memory.
std::string take_message(onnxruntime::Status* status) {
  std::string message = one_line(api().GetErrorMessage(status));
  api().ReleaseStatus(status);
  if (message.find("bad_alloc") != std::string::npos || message.find(kNoMemory) != std::string::npos)
    throw std::bad_alloc();
  return message;
}

void check(onnxruntime::Status* status, const std::string& name) {
  if (status != nullptr) throw Error(ErrorCode::unreadable, name + ": " + take_message(status));
}

void check_bound(const std::string& reason, const std::string& name) {
  if (reason.find(kOverBound) != std::string::npos)
    throw Error(ErrorCode::too_large,
                name + ": too large: tensors of more than 1 GiB. Choose another, smaller network.");
}

[[noreturn]] void fail_to_load(const std::string& reason, const std::string& name) {
  check_bound(reason, name);
  throw Error(ErrorCode::unreadable, name + ": damaged: not a network that ONNX Runtime can use (" + reason +
                                         "). Get the file anew or choose another network.");
}

[[noreturn]] void fail_to_run(const std::string& reason, const std::string& name) {
  check_bound(reason, name);
  for (const std::string_view misfit : kOutputMisfits)
    if (reason.find(misfit) != std::string::npos)
      throw Error(ErrorCode::invalid_argument,
                  name +
                      ": an output has another size than the input. Choose another size or output of the "
                      "network.");
  throw Error(ErrorCode::unreadable, name + ": the network cannot run (" + reason +
                                         "). Check the input's size, or choose another network.");
}

/// The arena of all sessions, with a bound: a small file can ask for large tensors.
void register_bounded_arena(onnxruntime::Environment* environment) {
  const std::string engine = "ONNX Runtime";
  const char* const key = "max_mem";
  const std::size_t most = kLargestNetworkTensors;
  onnxruntime::ArenaOptionsHandle arena;
  onnxruntime::MemoryInfoHandle memory;
  check(api().CreateArenaCfgV2(&key, &most, 1, arena.out()), engine);
  check(api().CreateCpuMemoryInfo(onnxruntime::kArenaAllocator, onnxruntime::kDefaultMemory, memory.out()),
        engine);
  check(api().CreateAndRegisterAllocator(environment, memory.get(), arena.get()), engine);
}

/// One for the whole program. It is never released, because static objects may hold sessions.
onnxruntime::Environment* environment() {
  static onnxruntime::Environment* const made = [] {
    // Official builds from 1.29 on log their use under ~/.cache and send it to Microsoft, unless this
    // variable is set before they start. A value of the user's stays.
    ::setenv("ORT_DISABLE_TELEMETRY", "1", 0);
    onnxruntime::Environment* created = nullptr;
    // ONNX Runtime prints its log. An error comes back as a status.
    check(api().CreateEnv(onnxruntime::kLogFatal, "portrait_depth", &created), "ONNX Runtime");
    register_bounded_arena(created);
    return created;
  }();
  return made;
}

/// The names as ONNX Runtime lists them, without "ExecutionProvider".
std::vector<std::string> available_providers() {
  char** names = nullptr;
  int count = 0;
  check(api().GetAvailableProviders(&names, &count), "ONNX Runtime");
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i) {
    std::string name = names[i];
    if (name.ends_with(kProviderSuffix)) name.resize(name.size() - kProviderSuffix.size());
    result.push_back(std::move(name));
  }
  check(api().ReleaseAvailableProviders(names, count), "ONNX Runtime");
  return result;
}

/// The name of a provider for SessionOptionsAppendExecutionProvider, which differs from the listed name for
/// some.
std::string append_name(const std::string& listed) {
  const std::string name = lower_case(listed);
  if (name == "webgpu") return "WebGPU";
  if (name == "xnnpack") return "XNNPACK";
  if (name == "dml") return "DML";
  return listed;
}

void append_provider(onnxruntime::SessionOptions* options, const std::string& wanted) {
  const std::string provider = lower_case(wanted);
  if (provider == "cpu") return;
  const std::vector<std::string> available = available_providers();
  const auto listed = std::find_if(available.begin(), available.end(),
                                   [&](const std::string& name) { return lower_case(name) == provider; });
  if (listed == available.end()) {
    std::string known;
    for (const std::string& name : execution_providers()) known += (known.empty() ? "" : ", ") + name;
    throw Error(ErrorCode::unsupported, "execution provider " + wanted + " is not in this ONNX Runtime (" +
                                            onnxruntime::version() + "); it has: " + known);
  }
  onnxruntime::Status* status = nullptr;
  if (provider == "cuda") {
    onnxruntime::CudaOptionsHandle cuda;
    status = api().CreateCUDAProviderOptions(cuda.out());
    if (status == nullptr) status = api().SessionOptionsAppendExecutionProvider_CUDA_V2(options, cuda.get());
  } else {
    status = api().SessionOptionsAppendExecutionProvider(options, append_name(*listed).c_str(), nullptr,
                                                         nullptr, 0);
  }
  if (status != nullptr)
    throw Error(ErrorCode::unsupported,
                "execution provider " + wanted + " cannot be used: " + take_message(status));
}

onnxruntime::SessionOptionsHandle session_options(const RuntimeOptions& runtime, const NetworkFacts& facts) {
  const std::string engine = "ONNX Runtime";
  if (runtime.threads < 0)
    throw Error(ErrorCode::invalid_argument, "RuntimeOptions::threads must not be negative");
  onnxruntime::SessionOptionsHandle options;
  check(api().CreateSessionOptions(options.out()), engine);
  check(api().SetIntraOpNumThreads(options.get(), runtime.threads), engine);
  check(api().SetInterOpNumThreads(options.get(), 1), engine);
  // ONNX Runtime 1.29 aborts the process if it arranges convolutions for the processor while their kernels
  // are computed from constants that it must not fold.
  const int most = facts.are_constants_bounded ? onnxruntime::kOptimizeAll : onnxruntime::kOptimizeGraph;
  check(api().SetSessionGraphOptimizationLevel(options.get(),
                                               runtime.optimize_graph ? most : onnxruntime::kOptimizeNothing),
        engine);
  const auto set = [&](const char* key, const char* value) {
    check(api().AddSessionConfigEntry(options.get(), key, value), engine);
  };
  // Spinning threads would use the cores that the rest of the pipeline needs between two runs.
  set("session.intra_op.allow_spinning", "0");
  set("session.use_env_allocators", "1");
  set("session.load_model_format", "ONNX");  // check_network() has read it as such
  if (!facts.are_constants_bounded) set("optimization.disable_specified_optimizers", "ConstantFolding");
  append_provider(options.get(), runtime.execution_provider);
  return options;
}

// PORTRAIT_DEPTH_MODELS has an effect only if the caller gave no folder.
std::string way_to_a_network(const std::filesystem::path& file) {
  return file.parent_path() == default_model_folder()
             ? "name another folder with PORTRAIT_DEPTH_MODELS, or run `make setup`"
             : "check the folder's name";
}

std::vector<std::uint8_t> read_network(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    throw Error(ErrorCode::not_found, file.string() + ": no such network file; " + way_to_a_network(file));
  return read_file(file, {"network", kLargestNetworkFile, "Choose another, smaller network"});
}

bool fits(std::span<const std::int64_t> shape, std::span<const std::int64_t> described) {
  return std::equal(
      shape.begin(), shape.end(), described.begin(), described.end(),
      [](std::int64_t size, std::int64_t wanted) { return size > 0 && (wanted < 0 || size == wanted); });
}

Error not_float(const std::string& network, const TensorDescription& tensor) {
  return {ErrorCode::unreadable, network + ": " + printable_name(tensor.name) +
                                     " is not a float32 tensor. Export the network with float32 inputs and "
                                     "outputs."};
}

const TensorDescription& find(const std::vector<TensorDescription>& tensors, std::string_view wanted,
                              const std::string& network, const char* kind) {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const TensorDescription& tensor) { return tensor.name == wanted; });
  if (found == tensors.end()) {
    std::string names;
    for (const TensorDescription& tensor : tensors)
      names += (names.empty() ? "" : ", ") + printable_name(tensor.name);
    throw Error(ErrorCode::unreadable, network + ": the network has no " + kind + " named " +
                                           std::string(wanted) + "; it has " + names);
  }
  if (!found->is_float) throw not_float(network, *found);
  return *found;
}

}  // namespace

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text;
  for (const std::int64_t size : shape) {
    if (!text.empty()) text += 'x';
    text += size < 0 ? "?" : std::to_string(size);
  }
  return text;
}

/// A session and its description. Several networks may share it: ONNX Runtime's sessions take runs from
/// several threads at once.
struct Network::Loaded {
  std::string name;
  onnxruntime::SessionHandle session;
  std::vector<TensorDescription> inputs, outputs;

  Loaded(std::span<const std::byte> model, const std::string& name, const RuntimeOptions& options);
  /// The file's session with these options, which is loaded once while a network uses it. Providers other
  /// than the processor do not promise runs from several threads; their sessions are not shared.
  static std::shared_ptr<const Loaded> load_file(const std::filesystem::path& file,
                                                 const RuntimeOptions& options);
  static std::shared_ptr<const Loaded> from_file(const std::filesystem::path& file,
                                                 const RuntimeOptions& options);
  TensorDescription describe(std::size_t index, bool is_input) const;
};

/// One user of a session: the memory that it reads and writes.
struct Network::State {
  std::shared_ptr<const Loaded> loaded;
  onnxruntime::IoBindingHandle binding;
  onnxruntime::MemoryInfoHandle memory;

  explicit State(std::shared_ptr<const Loaded> network);
  onnxruntime::ValueHandle tensor(const TensorDescription& description, float* values, std::size_t count,
                                  std::span<const std::int64_t> shape) const;
};

TensorDescription Network::Loaded::describe(std::size_t index, bool is_input) const {
  onnxruntime::Allocator* allocator = nullptr;
  check(api().GetAllocatorWithDefaultOptions(&allocator), name);
  char* tensor_name = nullptr;
  onnxruntime::TypeInfoHandle type;
  const onnxruntime::TensorInfo* info = nullptr;  // belongs to `type`
  check(is_input ? api().SessionGetInputName(session.get(), index, allocator, &tensor_name)
                 : api().SessionGetOutputName(session.get(), index, allocator, &tensor_name),
        name);
  TensorDescription description{.name = tensor_name};
  check(api().AllocatorFree(allocator, tensor_name), name);
  check(is_input ? api().SessionGetInputTypeInfo(session.get(), index, type.out())
                 : api().SessionGetOutputTypeInfo(session.get(), index, type.out()),
        name);
  check(api().CastTypeInfoToTensorInfo(type.get(), &info), name);
  int element = 0;
  if (info != nullptr) check(api().GetTensorElementType(info, &element), name);
  description.is_float = element == onnxruntime::kElementFloat;
  if (!description.is_float && is_input) throw not_float(name, description);
  if (info == nullptr) return description;
  std::size_t rank = 0;
  check(api().GetDimensionsCount(info, &rank), name);
  description.shape.resize(rank);
  check(api().GetDimensions(info, description.shape.data(), rank), name);
  return description;
}

onnxruntime::ValueHandle Network::State::tensor(const TensorDescription& description, float* values,
                                                std::size_t count,
                                                std::span<const std::int64_t> shape) const {
  if (!fits(shape, description.shape))
    throw Error(ErrorCode::invalid_argument, loaded->name + ": " + description.name + " is " +
                                                 shape_text(description.shape) + ", and cannot take " +
                                                 shape_text(shape));
  const auto wanted = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  if (static_cast<std::size_t>(wanted) != count)
    throw Error(ErrorCode::invalid_argument, loaded->name + ": " + description.name + " takes " +
                                                 std::to_string(wanted) + " values, not " +
                                                 std::to_string(count));
  onnxruntime::ValueHandle value;
  check(api().CreateTensorWithDataAsOrtValue(memory.get(), values, count * sizeof(float), shape.data(),
                                             shape.size(), onnxruntime::kElementFloat, value.out()),
        loaded->name);
  return value;
}

Network::Loaded::Loaded(std::span<const std::byte> model, const std::string& its_name,
                        const RuntimeOptions& options)
    : name(its_name) {
  const onnxruntime::SessionOptionsHandle made = session_options(options, check_network(model, name));
  onnxruntime::Status* status =
      api().CreateSessionFromArray(environment(), model.data(), model.size(), made.get(), session.out());
  if (status != nullptr) fail_to_load(take_message(status), name);
  std::size_t input_count = 0, output_count = 0;
  check(api().SessionGetInputCount(session.get(), &input_count), name);
  check(api().SessionGetOutputCount(session.get(), &output_count), name);
  for (std::size_t i = 0; i < input_count; ++i) inputs.push_back(describe(i, true));
  for (std::size_t i = 0; i < output_count; ++i) outputs.push_back(describe(i, false));
}

std::shared_ptr<const Network::Loaded> Network::Loaded::load_file(const std::filesystem::path& file,
                                                                  const RuntimeOptions& options) {
  const std::vector<std::uint8_t> bytes = read_network(file);
  return std::make_shared<const Loaded>(std::as_bytes(std::span(bytes)), file.string(), options);
}

std::shared_ptr<const Network::Loaded> Network::Loaded::from_file(const std::filesystem::path& file,
                                                                  const RuntimeOptions& options) {
  if (lower_case(options.execution_provider) != "cpu") return load_file(file, options);
  // Another file under the same name is another network.
  std::error_code no_file;
  const auto size = std::filesystem::file_size(file, no_file);
  const auto time = std::filesystem::last_write_time(file, no_file).time_since_epoch().count();
  using Key = std::tuple<std::string, std::uintmax_t, std::int64_t, int, bool>;
  const Key key = {file.string(), size, time, options.threads, options.optimize_graph};
  static std::mutex mutex;
  static std::map<Key, std::weak_ptr<const Loaded>> sessions;
  const std::lock_guard lock(mutex);
  std::erase_if(sessions, [](const auto& entry) { return entry.second.expired(); });
  auto loaded = sessions[key].lock();
  if (loaded == nullptr) {
    loaded = load_file(file, options);
    sessions[key] = loaded;
  }
  return loaded;
}

Network::State::State(std::shared_ptr<const Loaded> network) : loaded(std::move(network)) {
  check(api().CreateIoBinding(loaded->session.get(), binding.out()), loaded->name);
  check(api().CreateCpuMemoryInfo(onnxruntime::kArenaAllocator, onnxruntime::kDefaultMemory, memory.out()),
        loaded->name);
}

Network::Network(const std::filesystem::path& file, const RuntimeOptions& options)
    : state_(std::make_unique<State>(Loaded::from_file(file, options))) {}

Network::Network(std::span<const std::byte> model, const std::string& name, const RuntimeOptions& options)
    : state_(std::make_unique<State>(std::make_shared<const Loaded>(model, name, options))) {}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

const std::string& Network::name() const {
  return state_->loaded->name;
}
const std::vector<TensorDescription>& Network::inputs() const {
  return state_->loaded->inputs;
}
const std::vector<TensorDescription>& Network::outputs() const {
  return state_->loaded->outputs;
}

const TensorDescription& Network::input(std::string_view name) const {
  return find(state_->loaded->inputs, name, state_->loaded->name, "input");
}

const TensorDescription& Network::output(std::string_view name) const {
  return find(state_->loaded->outputs, name, state_->loaded->name, "output");
}

void Network::bind_input(std::string_view name, std::span<const float> values,
                         std::span<const std::int64_t> shape) {
  const TensorDescription& description = input(name);
  // The interface has no read-only tensors; ONNX Runtime does not write to inputs.
  auto* data = const_cast<float*>(values.data());
  const onnxruntime::ValueHandle value = state_->tensor(description, data, values.size(), shape);
  check(api().BindInput(state_->binding.get(), description.name.c_str(), value.get()), state_->loaded->name);
}

void Network::bind_output(std::string_view name, std::span<float> values,
                          std::span<const std::int64_t> shape) {
  const TensorDescription& description = output(name);
  const onnxruntime::ValueHandle value = state_->tensor(description, values.data(), values.size(), shape);
  check(api().BindOutput(state_->binding.get(), description.name.c_str(), value.get()), state_->loaded->name);
}

void Network::run() {
  onnxruntime::Status* status =
      api().RunWithBinding(state_->loaded->session.get(), nullptr, state_->binding.get());
  if (status != nullptr) fail_to_run(take_message(status), state_->loaded->name);
}

std::vector<std::string> execution_providers() {
  std::vector<std::string> names = available_providers();
  std::transform(names.begin(), names.end(), names.begin(), lower_case);
  return names;
}

std::string inference_engine_version() {
  return onnxruntime::version();
}

}  // namespace portrait_depth
