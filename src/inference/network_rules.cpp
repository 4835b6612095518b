// Based on: ONNX, "Open Neural Network Exchange Intermediate Representation Specification" (ModelProto,
// GraphProto, NodeProto, AttributeProto, ValueInfoProto) and "Operator Schemas".
#include "inference/network_rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <vector>

#include "inference/constant_sizes.hpp"
#include "inference/onnx_tensor.hpp"
#include "portrait_depth/error.hpp"
#include "text/printable_name.hpp"

namespace portrait_depth {
namespace {

using onnx::Damaged;
using onnx::TooLarge;
using onnx::Unsupported;
using protozero::data_view;
using protozero::pbf_reader;

// Names, nodes and shapes, without weights and documentation: each byte costs ONNX Runtime up to a hundred.
constexpr std::uint64_t kLargestDescription = std::uint64_t{4} << 20;

// The result of each follows from its inputs alone, in a time that the sizes of the tensors bound.
constexpr std::string_view kOperators =
    "Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization "
    "BitShift Cast CastLike Ceil Celu Clip Concat Constant ConstantOfShape Conv ConvInteger "
    "ConvTranspose Cos Cosh CumSum DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear "
    "Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor Gather GatherElements GatherND Gelu Gemm "
    "GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization Hardmax "
    "HardSigmoid HardSwish Identity InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu Less "
    "LessOrEqual Log LogSoftmax LpNormalization LRN MatMul MatMulInteger Max MaxPool Mean "
    "MeanVarianceNormalization Min Mish Mod Mul Neg Not OneHot Or Pad Pow PRelu QLinearConv "
    "QLinearMatMul QuantizeLinear Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp "
    "ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize "
    "RMSNormalization RotaryEmbedding Round ScatterElements ScatterND Selu Shape Sigmoid Sign Sin Size "
    "Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh "
    "ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor ";

bool is_operator(std::string_view name) {
  static const auto names = [] {
    std::set<std::string_view> words;
    for (std::size_t at = 0; at < kOperators.size();) {
      const std::size_t end = kOperators.find(' ', at);
      words.insert(kOperators.substr(at, end - at));
      at = end + 1;
    }
    return words;
  }();
  return names.contains(name);
}

class NetworkFile {
 public:
  NetworkFacts check(data_view file) {
    model(file);
    if (!has_graph_) throw Damaged("no graph");
    if (file.size() - set_apart_bytes_ > kLargestDescription)
      throw TooLarge("more than 4 MiB of nodes and names");
    return {constants_.are_bounded()};
  }

 private:
  // Weights and documentation do not count as description.
  void set_apart(std::uint64_t bytes) { set_apart_bytes_ += bytes; }

  static void reject_field(const char* owner, const pbf_reader& field) {
    throw Unsupported(std::string(owner) + " with the field " + std::to_string(field.tag()));
  }

  // A message that stands in the file twice is the concatenation of both, here as in ONNX Runtime.
  void model(data_view bytes) {
    constexpr protozero::pbf_tag_type kGraph = 7, kFunctions = 25, kTrainingInfo = 20;
    constexpr std::array<protozero::pbf_tag_type, 7> kFacts = {1, 2, 3, 4, 5, 8, 26};  // version, producer, …
    constexpr std::array<protozero::pbf_tag_type, 2> kTexts = {6, 14};
    for (pbf_reader field(bytes); field.next();) {
      if (field.tag() == kGraph) {
        has_graph_ = true;
        graph(field.get_view());
      } else if (field.tag() == kFunctions) {
        throw Unsupported("functions of its own");
      } else if (field.tag() == kTrainingInfo) {
        throw Unsupported("a network with its training");
      } else if (contains(kTexts, field.tag())) {
        set_apart(field.get_view().size());
      } else if (contains(kFacts, field.tag())) {
        field.skip();
      } else {
        reject_field("a file", field);
      }
    }
  }

  // Tensors first: a file may store its weights behind its nodes.
  void graph(data_view bytes) {
    constexpr protozero::pbf_tag_type kNode = 1, kName = 2, kInitializer = 5, kDocument = 10, kInput = 11,
                                      kOutput = 12, kValueInfo = 13, kQuantization = 14, kMetadata = 16;
    for (pbf_reader field(bytes); field.next();) {
      if (field.tag() == kInitializer)
        constants_.add_constant(tensor(field.get_view()));
      else if (field.tag() == kInput)
        constants_.add_input(value(field.get_view()));
      else
        field.skip();
    }
    for (pbf_reader field(bytes); field.next();) {
      switch (field.tag()) {
        case kNode:
          node(field.get_view());
          break;
        case kOutput:
          value(field.get_view());
          break;
        case kDocument:
        case kMetadata:
          set_apart(field.get_view().size());
          break;
        case kName:
        case kInitializer:
        case kInput:
        case kValueInfo:
        case kQuantization:
          field.skip();
          break;
        default:
          reject_field("a graph", field);
      }
    }
  }

  onnx::Tensor tensor(data_view bytes) {
    onnx::Tensor result = onnx::read_tensor(bytes);
    set_apart(result.stored_bytes);
    unpacked_bytes_ += result.unpacked_bytes;
    if (unpacked_bytes_ > kLargestNetworkFile) throw TooLarge("more than 256 MiB of weights");
    return result;
  }

  void node(data_view bytes) {
    constexpr protozero::pbf_tag_type kInput = 1, kOutput = 2, kName = 3, kOperation = 4, kAttribute = 5,
                                      kDocument = 6, kDomain = 7, kMetadata = 9, kDevices = 10;
    onnx::Node result;
    for (pbf_reader field(bytes); field.next();) {
      switch (field.tag()) {
        case kInput:
          result.inputs.emplace_back(field.get_view());
          break;
        case kOutput:
          result.outputs.emplace_back(field.get_view());
          break;
        case kOperation:
          result.operation = std::string(field.get_view());
          check_operator(result.operation);
          break;
        case kDomain:
          check_domain(std::string(field.get_view()));
          break;
        case kAttribute:
          attribute(field.get_view(), result);
          break;
        case kDocument:
        case kMetadata:
          set_apart(field.get_view().size());
          break;
        case kName:
        case kDevices:
          field.skip();
          break;
        default:
          reject_field("a node", field);
      }
    }
    check_operator(result.operation);
    constants_.add_node(result);
  }

  static void check_operator(const std::string& name) {
    if (!is_operator(name)) throw Unsupported("the operator " + printable_name(name));
  }

  static void check_domain(const std::string& domain) {
    if (!domain.empty() && domain != "ai.onnx")
      throw Unsupported("operators of the domain " + printable_name(domain));
  }

  void attribute(data_view bytes, onnx::Node& owner) {
    constexpr protozero::pbf_tag_type kTensor = 5, kDocument = 13;
    // name, f, i, s, floats, ints, strings, type
    constexpr std::array<protozero::pbf_tag_type, 8> kPlain = {1, 2, 3, 4, 7, 8, 9, 20};
    constexpr std::array<protozero::pbf_tag_type, 2> kGraphs = {6, 11};
    for (pbf_reader field(bytes); field.next();) {
      if (field.tag() == kTensor)
        owner.value = tensor(field.get_view());
      else if (contains(kGraphs, field.tag()))
        throw Unsupported("the operator " + printable_name(owner.operation) + " with a graph of its own");
      else if (field.tag() == kDocument)
        set_apart(field.get_view().size());
      else if (contains(kPlain, field.tag()))
        field.skip();
      else
        reject_field("an attribute", field);
    }
  }

  // An input or output: its name. Sizes that the file fixes are bounded; free ones are set by the caller.
  static std::string value(data_view bytes) {
    constexpr protozero::pbf_tag_type kName = 1, kType = 2;
    std::string name;
    for (pbf_reader field(bytes); field.next();) {
      if (field.tag() == kName)
        name = std::string(field.get_view());
      else if (field.tag() == kType)
        onnx::elements_of(fixed_sizes(field.get_message()));
      else
        field.skip();
    }
    return name;
  }

  static onnx::Shape fixed_sizes(pbf_reader type) {
    constexpr protozero::pbf_tag_type kTensorType = 1, kShape = 2, kDim = 1, kDimValue = 1;
    onnx::Shape sizes;
    while (type.next(kTensorType)) {
      pbf_reader tensor_type = type.get_message();
      while (tensor_type.next(kShape)) {
        pbf_reader shape = tensor_type.get_message();
        while (shape.next(kDim)) {
          pbf_reader dim = shape.get_message();
          while (dim.next(kDimValue)) sizes.push_back(dim.get_int64());
        }
      }
    }
    return sizes;
  }

  template <class List>
  static bool contains(const List& list, protozero::pbf_tag_type tag) {
    return std::find(list.begin(), list.end(), tag) != list.end();
  }

  onnx::ConstantSizes constants_;
  bool has_graph_ = false;
  std::uint64_t set_apart_bytes_ = 0, unpacked_bytes_ = 0;
};

}  // namespace

NetworkFacts check_network(std::span<const std::byte> model, const std::string& name) {
  const auto reject_damaged = [&](const std::string& reason) {
    throw Error(ErrorCode::unreadable,
                name + ": damaged: " + reason + ". Get the file anew or choose another network.");
  };
  try {
    if (model.size() > kLargestNetworkFile) throw TooLarge("a file of more than 256 MiB");
    return NetworkFile().check({reinterpret_cast<const char*>(model.data()), model.size()});
  } catch (const Unsupported& error) {
    throw Error(ErrorCode::unsupported,
                name + ": unsupported: " + error.what() +
                    ". Choose another network: one file, feed-forward, of ONNX's standard operators.");
  } catch (const TooLarge& error) {
    throw Error(ErrorCode::too_large,
                name + ": too large: " + error.what() + ". Choose another, smaller network.");
  } catch (const Damaged& error) {
    reject_damaged(error.what());
  } catch (const onnx::WrongField&) {
    reject_damaged("not an ONNX network");
  } catch (const protozero::exception&) {
    reject_damaged("not an ONNX network");
  }
  return {};
}

}  // namespace portrait_depth
