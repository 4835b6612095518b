#include "printable.hpp"

#include <gtest/gtest.h>

namespace portrait_depth::cli {
namespace {

TEST(Printable, KeepsTextAndEscapesControlCharacters) {
  EXPECT_EQ(printable("Zoë's photo 1.jpg"), "Zoë's photo 1.jpg");
  EXPECT_EQ(printable("a\nb\tc\x1b[31m\r"), "a\\nb\\tc\\x1b[31m\\x0d");
  EXPECT_EQ(printable("\x7f\xc2\x9b"
                      "31m"),
            "\\x7f\\xc2\\x9b31m");
  EXPECT_EQ(printable("\xc2\xa0\xc3\x9b"), "\xc2\xa0\xc3\x9b") << "no controls";
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

}  // namespace
}  // namespace portrait_depth::cli
