// Based on: ONNX, "Open Neural Network Exchange Intermediate Representation Specification" (TensorProto).
#include "inference/onnx_tensor.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "text/printable_name.hpp"

namespace portrait_depth::onnx {
namespace {

using protozero::pbf_wire_type;

// TensorProto's fields.
constexpr protozero::pbf_tag_type kDims = 1, kDataType = 2, kFloatData = 4, kInt32Data = 5, kInt64Data = 7,
                                  kName = 8, kRawData = 9, kDoubleData = 10, kUint64Data = 11, kDocument = 12,
                                  kExternalData = 13, kDataLocation = 14, kMetadata = 16;
constexpr std::int32_t kInt64 = 7;  // TensorProto.DataType
constexpr std::uint64_t kMostShortValues = 16;

std::uint64_t bytes_per_element(std::int32_t data_type) {
  // float, uint8, int8, uint16, int16, int32, int64, -, bool, float16, double, uint32, uint64, -, -, bfloat16
  constexpr std::array<std::uint64_t, 17> kSizes = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 0, 0, 2};
  const auto index = static_cast<std::size_t>(data_type);
  const std::uint64_t size = data_type < 0 || index >= kSizes.size() ? 0 : kSizes[index];
  if (size == 0) throw Unsupported("values of the type " + std::to_string(data_type));
  return size;
}

// Values that the file stores one by one, not as raw bytes.
class ListedValues {
 public:
  std::uint64_t count = 0, stored_bytes = 0, unpacked_bytes = 0;
  Shape integers = {};

  void take(protozero::pbf_reader& field, std::uint64_t element_bytes) {
    const protozero::pbf_tag_type tag = field.tag();
    std::uint64_t more = 1;
    if (field.wire_type() == pbf_wire_type::length_delimited) {
      const protozero::data_view list = field.get_view();
      stored_bytes += list.size();
      const bool is_fixed = tag == kFloatData || tag == kDoubleData;
      more = is_fixed ? list.size() / element_bytes : numbers_in(list);
      if (tag == kInt64Data && more <= kMostShortValues) append_integers(list);
    } else if (tag == kInt64Data && count < kMostShortValues) {
      integers.push_back(field.get_int64());
    } else {
      field.skip();
    }
    count += more;
    unpacked_bytes += more * element_bytes;
  }

 private:
  // The last byte of a number of variable length has no highest bit.
  static std::uint64_t numbers_in(protozero::data_view list) {
    return static_cast<std::uint64_t>(std::count_if(list.data(), list.data() + list.size(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0x80) == 0;
    }));
  }

  void append_integers(protozero::data_view list) {
    const char *at = list.data(), *const end = at + list.size();
    while (at != end) integers.push_back(static_cast<std::int64_t>(protozero::decode_varint(&at, end)));
  }
};

Shape integers_of(protozero::data_view raw) {
  Shape values(raw.size() / sizeof(std::int64_t));
  std::memcpy(values.data(), raw.data(), values.size() * sizeof(std::int64_t));
  return values;
}

void append_dims(protozero::pbf_reader& field, Shape& shape) {
  constexpr std::size_t kMostDims = 16;
  if (field.wire_type() == pbf_wire_type::length_delimited)
    for (const std::int64_t size : field.get_packed_int64()) shape.push_back(size);
  else
    shape.push_back(field.get_int64());
  if (shape.size() > kMostDims) throw Unsupported("a tensor of more than 16 dimensions");
}

}  // namespace

std::uint64_t elements_of(const Shape& shape) {
  std::uint64_t product = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) throw Damaged("a tensor of a negative size");
    // Sizes behind a 0 count as well: they may be used alone.
    product = std::max<std::uint64_t>(product, 1) * static_cast<std::uint64_t>(std::min<std::int64_t>(
                                                        size, static_cast<std::int64_t>(kMostElements) + 1));
    if (product > kMostElements) throw TooLarge("a tensor of more than 2^28 values");
  }
  return std::find(shape.begin(), shape.end(), 0) == shape.end() ? product : 0;
}

Tensor read_tensor(protozero::data_view bytes) {
  Tensor tensor;
  std::int32_t data_type = 0;
  std::optional<protozero::data_view> raw;
  ListedValues listed;
  for (protozero::pbf_reader field(bytes); field.next();) {
    switch (field.tag()) {
      case kDims:
        append_dims(field, tensor.shape);
        break;
      case kDataType:
        data_type = field.get_int32();
        break;
      case kName:
        tensor.name = std::string(field.get_view());
        break;
      case kRawData:
        raw = field.get_view();
        break;
      case kFloatData:
      case kInt32Data:
        listed.take(field, sizeof(std::int32_t));
        break;
      case kInt64Data:
      case kDoubleData:
      case kUint64Data:
        listed.take(field, sizeof(std::int64_t));
        break;
      case kExternalData:
      case kDataLocation:
        if (field.wire_type() == pbf_wire_type::varint && field.get_int32() == 0) break;
        throw Unsupported("weights outside of the file");
      case kDocument:
      case kMetadata:
        field.skip();
        break;
      default:
        throw Unsupported("tensors with the field " + std::to_string(field.tag()));
    }
  }
  tensor.elements = elements_of(tensor.shape);
  const std::uint64_t size = bytes_per_element(data_type);
  const std::uint64_t stored = raw ? raw->size() / size : listed.count;
  if (stored != tensor.elements || (raw && (raw->size() % size != 0 || listed.count > 0)))
    throw Damaged("the tensor " + printable_name(tensor.name) + " lacks values");
  tensor.stored_bytes = raw ? raw->size() : listed.stored_bytes;
  tensor.unpacked_bytes = tensor.elements * size + listed.unpacked_bytes;
  if (data_type == kInt64 && tensor.elements <= kMostShortValues)
    tensor.values = raw ? integers_of(*raw) : listed.integers;
  return tensor;
}

}  // namespace portrait_depth::onnx
