#include "record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "../temporary_folder.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

float float_from_half(std::uint16_t half) {
  const int exponent = (half >> 10) & 31, mantissa = half & 1023;
  const float sign = (half & 0x8000) != 0 ? -1.0f : 1.0f;
  if (exponent == 31) return mantissa != 0 ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
  return sign * std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25);
}

TEST(HalfFromFloat, RoundsToTheNearest) {
  for (const float value : {0.0f, 1.0f, -1.0f, 0.25f, 2.999f, 0.1f, 65504.0f, 6e-5f, 3e-7f})
    EXPECT_NEAR(float_from_half(half_from_float(value)), value, std::max(std::abs(value) / 2048, 3e-8f))
        << value;
  EXPECT_EQ(half_from_float(1.0f), 0x3C00);
  EXPECT_EQ(half_from_float(1.0f + 0x1p-11f), 0x3C00) << "a tie goes to the even neighbor";
  EXPECT_EQ(half_from_float(1e6f), 0x7C00);
}

TEST(NpyHeader, IsAlignedAndNamesItsSize) {
  const std::string header = npy_header("'<f4'", {3, 4});
  EXPECT_EQ(header.size() % 64, 0u);
  EXPECT_EQ(header.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ(static_cast<unsigned char>(header[8]) + 256u * static_cast<unsigned char>(header[9]),
            header.size() - 10);
  EXPECT_THAT(header, testing::HasSubstr("'shape': (3, 4, )"));
  EXPECT_EQ(header.back(), '\n');
}

TEST(Encode, HasTheSizeOfItsType) {
  Record record;
  record.pixels.resize(kWindowWidth, kWindowHeight, Pixel{});
  record.labels = {{"sex", 1.0f}, {"age", 30.0f}};
  std::vector<std::uint8_t> bytes;
  encode(record, bytes);
  constexpr std::size_t kPixels = 256 * 192;
  EXPECT_EQ(bytes.size(), kPixels * (2 + 3 + 3 + 1 + 1 + 3 + 1) + 36 + 16 + 4 + 2 * 4 + 8);
  EXPECT_THAT(dtype_of(record.labels), testing::HasSubstr("('label_age', '<f4'), ('seed', '<u8')]"));
}

class ShardFolder : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
};

TEST_F(ShardFolder, AppearsOnlyWhenComplete) {
  const std::filesystem::path file = folder_ / "people-00000.npy";
  const std::vector<std::uint8_t> first{1, 2, 3, 4}, second{5, 6, 7, 8};
  {
    ShardWriter writer(file, "'<u4'", 4, 2);
    writer.write(1, second);
    writer.write(0, first);
    EXPECT_FALSE(std::filesystem::exists(file));
    writer.complete();
  }
  std::ifstream stream(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  EXPECT_EQ(text.substr(text.size() - 8), std::string("\1\2\3\4\5\6\7\10", 8));
}

TEST_F(ShardFolder, LeavesNoFileWhenAbandoned) {
  { const ShardWriter writer(folder_ / "people-00000.npy", "'<u4'", 4, 2); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ShardFolder, NamesAMissingFolder) {
  try {
    const ShardWriter writer(folder_ / "missing" / "people-00000.npy", "'<u4'", 4, 2);
    FAIL() << "a shard in a missing folder was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unwritable);
    EXPECT_THAT(error.what(), testing::HasSubstr("missing"));
  }
}

}  // namespace
}  // namespace portrait_depth::people
