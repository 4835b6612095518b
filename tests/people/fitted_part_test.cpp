#include "fitted_part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "../temporary_folder.hpp"
#include "portrait_depth/error.hpp"

namespace portrait_depth::people {
namespace {

class FittedPartFile : public testing::Test {
 protected:
  void SetUp() override {
    write("part.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\nf 1/1 2/2 3/3\n");
  }
  void write(const char* name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

  test::TemporaryFolder folder_;
  std::vector<SkinWeights> weights_ = std::vector<SkinWeights>(12, SkinWeights{.bone = {0}, .weight = {1}});
};

TEST_F(FittedPartFile, FitsByAnchorsAndScales) {
  write("part.mhclo",
        "# a comment\nobj_file part.obj\nx_scale 0 1 2.0\nverts 0\n2\n0 1 2 0.5 0.5 0 1 0 0.25\n 0 1 2 0 0 1 "
        "0 0 0\n"
        "delete_verts\n3 - 5 9\n11\n");
  const FittedPart part = read_fitted_part(folder_ / "part.mhclo", weights_);
  EXPECT_THAT(part.deleted, testing::ElementsAre(3, 4, 5, 9, 11));
  std::vector<Vec3> fitted;
  part.fit({{0, 0, 0}, {4, 0, 0}, {0, 6, 1}}, fitted);
  EXPECT_FLOAT_EQ(fitted[0].y, 6) << "a single number is that vertex";
  EXPECT_FLOAT_EQ(fitted[1].x, 2 + 1 * (4 / 2.0f))
      << "offsets grow with the distance of the reference vertices";
  EXPECT_FLOAT_EQ(fitted[1].z, 0.25f) << "no scale along z";
}

TEST_F(FittedPartFile, RejectsAFileThatDoesNotFitItsMesh) {
  write("part.mhclo", "obj_file part.obj\nverts 0\n2\n");
  try {
    read_fitted_part(folder_ / "part.mhclo", weights_);
    FAIL() << "one anchor for three vertices was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
    EXPECT_THAT(error.what(), testing::HasSubstr("part.mhclo"));
  }
}

TEST_F(FittedPartFile, NamesAMissingFile) {
  try {
    read_fitted_part(folder_ / "none.mhclo", weights_);
    FAIL() << "a missing part was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace portrait_depth::people
