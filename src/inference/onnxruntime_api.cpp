#include "inference/onnxruntime_api.hpp"

#include "portrait_depth/error.hpp"

namespace portrait_depth::onnxruntime {
namespace {

template <class... Entries>
void find_all(const void* table, Entries&... entries) {
  (entries.find(table), ...);
}

Api load_api() {
  const void* table = OrtGetApiBase()->get_api(kApiVersion);
  if (table == nullptr)
    throw Error(ErrorCode::unsupported, "ONNX Runtime 1." + std::to_string(kApiVersion) +
                                            " or newer is needed; the one that was found is " + version());
  Api a;
  find_all(table, a.GetErrorMessage, a.ReleaseStatus, a.CreateEnv, a.CreateAndRegisterAllocator,
           a.CreateArenaCfgV2, a.ReleaseArenaCfg, a.CreateSessionOptions, a.SetSessionGraphOptimizationLevel,
           a.SetIntraOpNumThreads, a.SetInterOpNumThreads, a.AddSessionConfigEntry,
           a.SessionOptionsAppendExecutionProvider, a.CreateCUDAProviderOptions,
           a.SessionOptionsAppendExecutionProvider_CUDA_V2, a.ReleaseCUDAProviderOptions,
           a.ReleaseSessionOptions, a.GetAvailableProviders, a.ReleaseAvailableProviders,
           a.CreateSessionFromArray, a.ReleaseSession, a.SessionGetInputCount, a.SessionGetOutputCount,
           a.SessionGetInputName, a.SessionGetOutputName, a.SessionGetInputTypeInfo,
           a.SessionGetOutputTypeInfo, a.CastTypeInfoToTensorInfo, a.ReleaseTypeInfo, a.GetTensorElementType,
           a.GetDimensionsCount, a.GetDimensions, a.CreateCpuMemoryInfo, a.ReleaseMemoryInfo,
           a.GetAllocatorWithDefaultOptions, a.AllocatorFree, a.CreateTensorWithDataAsOrtValue,
           a.ReleaseValue, a.CreateIoBinding, a.ReleaseIoBinding, a.BindInput, a.BindOutput,
           a.RunWithBinding);
  return a;
}

}  // namespace

const Api& api() {
  static const Api functions = load_api();
  return functions;
}

std::string version() {
  return OrtGetApiBase()->get_version();
}

}  // namespace portrait_depth::onnxruntime
