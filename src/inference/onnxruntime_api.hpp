// The functions of ONNX Runtime's C interface that the project calls.
//
// The library exports OrtGetApiBase, which returns a table of function pointers. By the interface's promise,
// new releases extend the table and never reorder it, so that an index determines a function from release 1.0
// on. With these indices the build needs the shared library only, which every binary distribution contains;
// few of them contain the headers. "OrtApi" in ONNX Runtime's reference documents the interface. Only the
// .cpp files of this folder include this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" {
struct OrtApiBase {
  const void* (*get_api)(std::uint32_t version);
  const char* (*get_version)();
};
const OrtApiBase* OrtGetApiBase();  // NOLINT(readability-identifier-naming): ONNX Runtime's own name
}

namespace portrait_depth::onnxruntime {

/// The oldest accepted release: 1.24.
inline constexpr std::uint32_t kApiVersion = 24;

// The library's opaque objects.
struct Status;
struct Environment;
struct SessionOptions;
struct Session;
struct Value;
struct MemoryInfo;
struct Allocator;
struct TypeInfo;
struct TensorInfo;
struct IoBinding;
struct RunOptions;
struct CudaOptions;
struct ArenaOptions;

inline constexpr int kLogFatal = 4;
inline constexpr int kOptimizeNothing = 0, kOptimizeGraph = 2, kOptimizeAll = 99;
inline constexpr int kArenaAllocator = 1, kDefaultMemory = 0;
inline constexpr int kElementFloat = 1;

/// A function of the table: its index and its type.
template <std::size_t place, class Function>
class Entry;
template <std::size_t place, class Result, class... Arguments>
class Entry<place, Result(Arguments...)> {
 public:
  Result operator()(Arguments... arguments) const { return function_(arguments...); }
  void find(const void* table) {
    using Function = Result (*)(Arguments...);
    function_ = static_cast<const Function*>(table)[place];
  }

 private:
  Result (*function_)(Arguments...) = nullptr;
};

/// The functions have the names of the C interface. A Status is null if the call succeeded.
// NOLINTBEGIN(readability-identifier-naming)
struct Api {
  Entry<2, const char*(const Status*)> GetErrorMessage;
  Entry<93, void(Status*)> ReleaseStatus;
  Entry<3, Status*(int log_level, const char* name, Environment**)> CreateEnv;
  Entry<144, Status*(Environment*, const MemoryInfo*, const ArenaOptions*)> CreateAndRegisterAllocator;
  Entry<164, Status*(const char* const* keys, const std::size_t* values, std::size_t count, ArenaOptions**)>
      CreateArenaCfgV2;
  Entry<157, void(ArenaOptions*)> ReleaseArenaCfg;

  Entry<10, Status*(SessionOptions**)> CreateSessionOptions;
  Entry<23, Status*(SessionOptions*, int level)> SetSessionGraphOptimizationLevel;
  Entry<24, Status*(SessionOptions*, int threads)> SetIntraOpNumThreads;
  Entry<25, Status*(SessionOptions*, int threads)> SetInterOpNumThreads;
  Entry<130, Status*(SessionOptions*, const char* key, const char* value)> AddSessionConfigEntry;
  Entry<216, Status*(SessionOptions*, const char* provider, const char* const* keys,
                     const char* const* values, std::size_t count)>
      SessionOptionsAppendExecutionProvider;
  Entry<205, Status*(CudaOptions**)> CreateCUDAProviderOptions;
  Entry<204, Status*(SessionOptions*, const CudaOptions*)> SessionOptionsAppendExecutionProvider_CUDA_V2;
  Entry<208, void(CudaOptions*)> ReleaseCUDAProviderOptions;
  Entry<100, void(SessionOptions*)> ReleaseSessionOptions;
  Entry<125, Status*(char*** names, int* count)> GetAvailableProviders;
  Entry<126, Status*(char** names, int count)> ReleaseAvailableProviders;

  Entry<8,
        Status*(const Environment*, const void* model, std::size_t bytes, const SessionOptions*, Session**)>
      CreateSessionFromArray;
  Entry<95, void(Session*)> ReleaseSession;
  Entry<30, Status*(const Session*, std::size_t* count)> SessionGetInputCount;
  Entry<31, Status*(const Session*, std::size_t* count)> SessionGetOutputCount;
  Entry<36, Status*(const Session*, std::size_t index, Allocator*, char** name)> SessionGetInputName;
  Entry<37, Status*(const Session*, std::size_t index, Allocator*, char** name)> SessionGetOutputName;
  Entry<33, Status*(const Session*, std::size_t index, TypeInfo**)> SessionGetInputTypeInfo;
  Entry<34, Status*(const Session*, std::size_t index, TypeInfo**)> SessionGetOutputTypeInfo;
  Entry<55, Status*(const TypeInfo*, const TensorInfo**)> CastTypeInfoToTensorInfo;
  Entry<98, void(TypeInfo*)> ReleaseTypeInfo;
  Entry<60, Status*(const TensorInfo*, int* type)> GetTensorElementType;
  Entry<61, Status*(const TensorInfo*, std::size_t* count)> GetDimensionsCount;
  Entry<62, Status*(const TensorInfo*, std::int64_t* dimensions, std::size_t count)> GetDimensions;

  Entry<69, Status*(int allocator_type, int memory_type, MemoryInfo**)> CreateCpuMemoryInfo;
  Entry<94, void(MemoryInfo*)> ReleaseMemoryInfo;
  Entry<78, Status*(Allocator**)> GetAllocatorWithDefaultOptions;
  Entry<76, Status*(Allocator*, void*)> AllocatorFree;
  Entry<49, Status*(const MemoryInfo*, void* data, std::size_t bytes, const std::int64_t* shape,
                    std::size_t rank, int element_type, Value**)>
      CreateTensorWithDataAsOrtValue;
  Entry<96, void(Value*)> ReleaseValue;

  Entry<134, Status*(Session*, IoBinding**)> CreateIoBinding;
  Entry<135, void(IoBinding*)> ReleaseIoBinding;
  Entry<136, Status*(IoBinding*, const char* name, const Value*)> BindInput;
  Entry<137, Status*(IoBinding*, const char* name, const Value*)> BindOutput;
  Entry<133, Status*(Session*, const RunOptions*, const IoBinding*)> RunWithBinding;
};
// NOLINTEND(readability-identifier-naming)

/// The library's functions. Throws ErrorCode::unsupported if the library is older than kApiVersion.
const Api& api();
/// E.g. "1.29.0".
std::string version();

/// An object of the library, and the function that releases it.
template <class T, auto release>
class Handle {
 public:
  Handle() = default;
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : object_(other.object_) { other.object_ = nullptr; }
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      object_ = other.object_;
      other.object_ = nullptr;
    }
    return *this;
  }
  T* get() const { return object_; }
  /// The address for a function that creates an object.
  T** out() {
    reset();
    return &object_;
  }

 private:
  void reset() {
    if (object_ != nullptr) (api().*release)(object_);
    object_ = nullptr;
  }
  T* object_ = nullptr;
};

using SessionOptionsHandle = Handle<SessionOptions, &Api::ReleaseSessionOptions>;
using CudaOptionsHandle = Handle<CudaOptions, &Api::ReleaseCUDAProviderOptions>;
using ArenaOptionsHandle = Handle<ArenaOptions, &Api::ReleaseArenaCfg>;
using SessionHandle = Handle<Session, &Api::ReleaseSession>;
using TypeInfoHandle = Handle<TypeInfo, &Api::ReleaseTypeInfo>;
using MemoryInfoHandle = Handle<MemoryInfo, &Api::ReleaseMemoryInfo>;
using ValueHandle = Handle<Value, &Api::ReleaseValue>;
using IoBindingHandle = Handle<IoBinding, &Api::ReleaseIoBinding>;

}  // namespace portrait_depth::onnxruntime
