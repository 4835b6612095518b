#include "portrait_depth/depth_file.hpp"

#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfOutputFile.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vips/vips.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "portrait_depth/embedded_depth.hpp"
#include "portrait_depth/io.hpp"

namespace portrait_depth {
namespace {

using test::TemporaryFolder;

constexpr int kWidth = 30, kHeight = 40;
constexpr float kHole = std::numeric_limits<float>::quiet_NaN();

/// 0.6 to 0.9 m on the person, background around it.
DepthMap depth_map() {
  Plane<float> metres(kWidth, kHeight), mask(kWidth, kHeight, 0.0f);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      metres(x, y) = 0.6f + 0.01f * static_cast<float>(x) + 0.0013f * static_cast<float>(y);
      mask(x, y) = x > 3 && x < 26 && y > 5 ? 1.0f : 0.0f;
    }
  return {metres, mask, Intrinsics::assumed(kWidth, kHeight), 0.25f, 0.5f};
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

GivenDepth load(const std::string& text, const DepthFileOptions& options = {}) {
  return load_depth_file(bytes_of(text), "map", options);
}

/// The map has the depth on the person up to `tolerance` metres, and holes elsewhere.
void expect_metres(const GivenDepth& read, float tolerance, bool has_holes = true) {
  const DepthMap depth = depth_map();
  EXPECT_EQ(read.unit, GivenDepthUnit::metres);
  EXPECT_FALSE(read.is_measured);
  ASSERT_EQ(read.values.width(), kWidth);
  ASSERT_EQ(read.values.height(), kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      if (depth.mask()(x, y) > 0) {
        EXPECT_NEAR(read.values(x, y), depth.metres()(x, y), tolerance) << x << " " << y;
      } else if (has_holes) {
        EXPECT_TRUE(std::isnan(read.values(x, y))) << x << " " << y;
      }
}

TEST(DepthFile, ReadsTheProductsOwnFilesInMetres) {
  const TemporaryFolder folder;
  const DepthMap depth = depth_map();
  for (const char* name : {"d.npy", "d.pfm"}) {
    save_depth(depth, folder / name);
    expect_metres(load_depth_file(folder / name), 0);
  }
  for (const char* name : {"d.png", "d.tiff"}) {
    save_depth(depth, folder / name);
    expect_metres(load_depth_file(folder / name), 1e-5f);
    save_depth(depth, folder / name, {.unit = DepthUnit::metres});
    expect_metres(load_depth_file(folder / name), 5.1e-4f);
  }
  const Image photo(kWidth, kHeight);
  save_depth_photo(photo, depth, folder / "with_depth.jpg", {.bits = 16});
  expect_metres(load_depth_file(folder / "with_depth.jpg"), 1e-4f, false);
  const auto beside = save_depth_pair(photo, depth, folder / "pair.jpg");
  expect_metres(load_depth_file(beside), 5e-3f);
}

TEST(DepthFile, ReadsTheProductsColors) {
  const TemporaryFolder folder;
  const DepthMap depth = depth_map();
  for (const char* name : {"d.jpg", "d.webp"}) {
    save_depth(depth, folder / name);
    const GivenDepth read = load_depth_file(folder / name);
    EXPECT_EQ(read.unit, GivenDepthUnit::relative);
    EXPECT_TRUE(std::isnan(read.values(1, 1)));
    for (const int x : {6, 15, 23})
      EXPECT_NEAR(read.values(x, 20), depth.value(x, 20), 0.03f) << name << " " << x;
  }
  save_image(depth.to_image(), folder / "red.png");
  EXPECT_NEAR(load_depth_file(folder / "red.png").values(15, 20), depth.value(15, 20), 0.003f);
  Image colors(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) colors.pixel(x, y)[x % 3] = 200;
  save_image(colors, folder / "photo.png");
  EXPECT_THAT(error_of([&] { load_depth_file(folder / "photo.png"); }),
              IsError(ErrorCode::unsupported, "not a depth map"));
}

TEST(DepthFile, IntegersAreRelativeUnlessTheCallerNamesTheUnit) {
  const TemporaryFolder folder;
  std::vector<std::uint16_t> pixels(6, 1200);
  pixels[1] = 65535, pixels[2] = 0;
  VipsImage* image = vips_image_new_from_memory(pixels.data(), 12, 3, 2, 1, VIPS_FORMAT_USHORT);
  ASSERT_EQ(vips_pngsave(image, (folder / "gray.png").c_str(), "bitdepth", 16, nullptr), 0);
  g_object_unref(image);
  const GivenDepth relative = load_depth_file(folder / "gray.png");
  EXPECT_EQ(relative.unit, GivenDepthUnit::relative);
  EXPECT_EQ(relative.values(1, 0), 1);
  EXPECT_TRUE(std::isnan(relative.values(2, 0)));
  const GivenDepth metres =
      load_depth_file(folder / "gray.png", {.unit = GivenDepthUnit::metres, .near = NearGray::white});
  EXPECT_FLOAT_EQ(metres.values(0, 0), 1.2f);
  EXPECT_EQ(metres.near, NearGray::white);
  EXPECT_EQ(load_depth_file(folder / "gray.png", {.unit = GivenDepthUnit::disparity}).unit,
            GivenDepthUnit::disparity);
}

TEST(DepthFile, ReadsFloatsOfATiff) {
  const TemporaryFolder folder;
  std::vector<float> pixels = {1.25f, 0.5f, 0, kHole, 3, 2};
  VipsImage* image = vips_image_new_from_memory(pixels.data(), 24, 3, 2, 1, VIPS_FORMAT_FLOAT);
  ASSERT_EQ(vips_image_write_to_file(image, (folder / "f.tiff").c_str(), nullptr), 0);
  g_object_unref(image);
  const GivenDepth read = load_depth_file(folder / "f.tiff");
  EXPECT_EQ(read.unit, GivenDepthUnit::metres);
  EXPECT_EQ(read.values(0, 0), 1.25f);
  EXPECT_TRUE(std::isnan(read.values(2, 0)) && std::isnan(read.values(0, 1)));
}

/// An array of two rows of three numbers.
std::string npy(const std::string& type, const std::string& shape, const std::string& data,
                const std::string& order = "False") {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size() & 255) +
         static_cast<char>(header.size() >> 8) + header + data;
}

template <class Number>
std::string data_of(std::initializer_list<Number> numbers) {
  return {reinterpret_cast<const char*>(std::data(numbers)), numbers.size() * sizeof(Number)};
}

TEST(DepthFile, ReadsArraysOfEachTypeAndOrder) {
  const std::string shape = "(2, 3)";
  EXPECT_EQ(load(npy("<f4", shape, data_of<float>({1, 2, 3, 4, 5, 6}))).values(1, 1), 5);
  EXPECT_EQ(load(npy("<f8", shape, data_of<double>({1, 2, 3, 4, 5, 6}))).values(1, 1), 5);
  EXPECT_EQ(load(npy("<f4", shape, data_of<float>({1, 2, 3, 4, 5, 6}), "True")).values(1, 1), 4);
  EXPECT_EQ(load(npy("<f4", "(2, 3, 1)", data_of<float>({1, 2, 3, 4, 5, 6}))).values(2, 0), 3);
  EXPECT_EQ(load(npy("<f2", shape, data_of<std::uint16_t>({0x3C00, 0x4000, 1, 0, 0, 0x7C00}))).values(1, 0),
            2);
  EXPECT_EQ(load(npy("<f2", shape, data_of<std::uint16_t>({0x3C00, 0, 0x0400, 0, 0, 0}))).values(2, 0),
            0x1p-14f);
  EXPECT_EQ(load(npy(">i2", shape, std::string("\0\1\0\2\0\3\0\4\0\5\0\6", 12))).values(1, 1), 5);
  const GivenDepth integers = load(npy("<u2", shape, data_of<std::uint16_t>({1, 2, 3, 4, 5, 6})));
  EXPECT_EQ(integers.unit, GivenDepthUnit::relative);
  EXPECT_FLOAT_EQ(
      load(npy("<i4", shape, data_of<std::int32_t>({700, 2, 3, 4, 5, 6})), {.unit = GivenDepthUnit::metres})
          .values(0, 0),
      0.7f);
}

TEST(DepthFile, DamagedArraysAndMapsAreRejected) {
  const auto fault = [](const std::string& text) { return error_of([&] { load(text); }); };
  const std::string six = data_of<float>({1, 2, 3, 4, 5, 6});
  EXPECT_THAT(fault(npy("<f4", "(2, 3)", six.substr(1))), IsError(ErrorCode::unreadable, "incomplete"));
  EXPECT_THAT(fault(npy("<f4", "(500000000, 1)", six)), IsError(ErrorCode::too_large, "500000000"));
  EXPECT_THAT(fault(npy("<f4", "(0, 3)", "")), IsError(ErrorCode::unreadable, "no pixels"));
  EXPECT_THAT(fault(npy("<f4", "(2, 3, 3)", six)), IsError(ErrorCode::unsupported, "height x width"));
  EXPECT_THAT(fault(npy("|O", "(2, 3)", six)), IsError(ErrorCode::unsupported, "plain numbers"));
  EXPECT_THAT(fault("\x93NUMPY"), IsError(ErrorCode::unreadable, "header"));
  EXPECT_THAT(fault("Pf\n3 2\n-1\n" + six.substr(1)), IsError(ErrorCode::unreadable, "incomplete"));
  EXPECT_THAT(fault("Pf\n30000 30000\n-1\n" + six), IsError(ErrorCode::too_large, "30000"));
  EXPECT_THAT(fault("Pf\n3 x\n-1\n" + six), IsError(ErrorCode::unreadable, "width, height"));
  EXPECT_THAT(fault("no map"), IsError(ErrorCode::unsupported, "not a depth map"));
  EXPECT_THAT(fault(""), IsError(ErrorCode::unreadable, "empty"));
  EXPECT_THAT(error_of([] { load_depth_file("/nowhere/d.npy"); }), IsError(ErrorCode::not_found, "d.npy"));
  EXPECT_THAT(error_of([] { load_depth_file("/"); }),
              IsError(ErrorCode::unreadable, "unsupported: a folder, not a depth map"));
}

TEST(DepthFile, ReadsBothByteOrdersAndColorsOfPfm) {
  const GivenDepth little = load("Pf\n3 2\n-1.0\n" + data_of<float>({4, 5, 6, 1, 2, 0}));
  EXPECT_EQ(little.values(0, 0), 1);  // rows from the bottom
  EXPECT_TRUE(std::isnan(little.values(2, 0)));
  EXPECT_EQ(load(std::string("Pf 1 1 1.0\n\x3F\x80\0\0", 15)).values(0, 0), 1);
  EXPECT_EQ(load("PF\n1 1\n-1\n" + data_of<float>({7, 8, 9})).values(0, 0), 7);
}

/// A file with the given channels of 3 x 2 floats; channel number c holds 10 c + the pixel's number.
std::string exr(const TemporaryFolder& folder, const std::vector<std::string>& channels) {
  Imf::Header header(3, 2);
  std::vector<std::vector<float>> planes;
  Imf::FrameBuffer frame;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    header.channels().insert(channels[c], Imf::Channel(Imf::FLOAT));
    auto& plane = planes.emplace_back();
    for (int i = 1; i <= 6; ++i) plane.push_back(static_cast<float>(10 * static_cast<int>(c) + i));
  }
  for (std::size_t c = 0; c < channels.size(); ++c)
    frame.insert(channels[c], Imf::Slice(Imf::FLOAT, reinterpret_cast<char*>(planes[c].data()), 4, 12));
  {
    Imf::OutputFile file((folder / "a.exr").c_str(), header);
    file.setFrameBuffer(frame);
    file.writePixels(2);
  }
  std::ifstream stream(folder / "a.exr", std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(DepthFile, ReadsTheDepthChannelOfOpenExr) {
  const TemporaryFolder folder;
  EXPECT_EQ(load(exr(folder, {"anything"})).values(1, 1), 5);
  EXPECT_EQ(load(exr(folder, {"R", "Z"})).values(1, 1), 15);
  EXPECT_EQ(load(exr(folder, {"A", "View Layer.Depth.Z"})).values(0, 0), 11);
  EXPECT_EQ(load(exr(folder, {"A", "Z"})).unit, GivenDepthUnit::metres);
  EXPECT_THAT(error_of([&] { load(exr(folder, {"a", "b"})); }), IsError(ErrorCode::unsupported, "channel"));
}

TEST(DepthFile, DamagedOpenExrIsRejectedBeforeMemoryIsTaken) {
  const TemporaryFolder folder;
  const std::string whole = exr(folder, {"Z"});
  for (std::size_t size = 5; size < whole.size(); size += 7) {
    const std::string part = whole.substr(0, size);
    EXPECT_THAT(error_of([&] { load(part); }),
                testing::AnyOf(IsError(ErrorCode::unreadable, "map"), IsError(ErrorCode::unsupported, "map")))
        << size;
  }
  std::string huge = whole;
  for (const std::string window : {"dataWindow", "displayWindow"}) {
    const std::size_t at = huge.find(window) + window.size() + 1 + 6 + 4 + 8;  // name, type, size, minimum
    const std::int32_t most[2] = {99'999'999, 99'999'999};
    std::memcpy(huge.data() + at, most, sizeof most);
  }
  EXPECT_THAT(error_of([&] { load(huge); }), IsError(ErrorCode::too_large, "100000000"));
  std::string parts = whole;
  parts[5] = 0x10;
  EXPECT_THAT(error_of([&] { load(parts); }), IsError(ErrorCode::unsupported, "several parts"));
}

}  // namespace
}  // namespace portrait_depth
