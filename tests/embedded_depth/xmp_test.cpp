#include "containers/xmp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace portrait_depth {
namespace {

using io::xmp_number;
using io::xmp_numbers;
using io::xmp_text;

constexpr const char* kSpace = "urn:depth";

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(Xmp, FindsAttributesAndElementsByAnyPrefix) {
  const std::string attribute = "<x xmlns:a='urn:depth' a:Near = \"0.5\" a:NearEnough='2'/>";
  EXPECT_EQ(xmp_text(attribute, kSpace, "Near"), "0.5");
  EXPECT_EQ(xmp_number(attribute, kSpace, "NearEnough"), 2);
  EXPECT_FALSE(xmp_text(attribute, kSpace, "Far"));
  EXPECT_FALSE(xmp_text(attribute, "urn:else", "Near"));
  const std::string list =
      "<x xmlns:b='urn:depth'><b:M><rdf:li>1.5</rdf:li><rdf:li>-2e3</rdf:li></b:M><b:Empty/></x>";
  EXPECT_THAT(xmp_numbers(list, kSpace, "M"), testing::ElementsAre(1.5, -2000));
  EXPECT_EQ(xmp_text(list, kSpace, "Empty"), "");
  const std::string both = "<x xmlns:a='urn:depth'/><x xmlns:a='urn:depth' xmlns:b='urn:depth' b:Near='1'/>";
  EXPECT_EQ(xmp_text(both, kSpace, "Near"), "1");
  const std::string unclosed = "<x xmlns:a='urn:depth'><a:Near><y a:Near='3'/>";
  EXPECT_EQ(xmp_text(unclosed, kSpace, "Near"), "3");
}

// Each would take minutes if every part caused a search through all the others.
TEST(Xmp, HostilePacketsTakeNoLongerThanTheirSize) {
  constexpr int kMany = 200'000;
  std::string prefixes = "<x";
  for (int i = 0; i < kMany; ++i) prefixes += " xmlns:a" + std::to_string(i) + "='urn:depth'";
  const std::string start = "<x xmlns:a='urn:depth'>";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(xmp_text(repeated("<x xmlns:a='urn:depth'", kMany), kSpace, "Near"));
  EXPECT_FALSE(xmp_text(prefixes, kSpace, "Near"));
  EXPECT_FALSE(xmp_text(start + repeated("<a:Near ", kMany), kSpace, "Near"));
  EXPECT_FALSE(xmp_text(start + repeated("<a:Near>", kMany), kSpace, "Near"));
  EXPECT_FALSE(xmp_number(start + "<a:Near>" + std::string(kMany, '9') + "</a:Near>", kSpace, "Near"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace portrait_depth
