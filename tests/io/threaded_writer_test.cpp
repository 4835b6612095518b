#include "io/threaded_writer.hpp"

#include <future>

#include "../error_of.hpp"

namespace portrait_depth {
namespace {

using io::ThreadedWriter;

/// Calls `at_frame` for each frame, and keeps the frames' first bytes.
class FakeWriter : public VideoWriter {
 public:
  struct Seen {
    std::vector<int> frames;
    bool finished = false;
  };
  FakeWriter(Seen& seen, std::function<void(int frame)> at_frame)
      : seen_(seen), at_frame_(std::move(at_frame)) {}
  void write(const Image& frame) override {
    at_frame_(frame.row(0)[0]);
    seen_.frames.push_back(frame.row(0)[0]);
  }
  void finish() override {
    at_frame_(kAtFinish);
    seen_.finished = true;
  }
  static constexpr int kAtFinish = -1;

 private:
  Seen& seen_;
  std::function<void(int frame)> at_frame_;
};

Image numbered(int number) {
  Image frame(4, 4);
  frame.row(0)[0] = static_cast<std::uint8_t>(number);
  return frame;
}

TEST(ThreadedWriter, TheCallerGoesOnWhileAFrameIsWritten) {
  FakeWriter::Seen seen;
  std::promise<void> went_on;
  auto waiting = went_on.get_future();
  ThreadedWriter writer(std::make_unique<FakeWriter>(seen,
                                                     [&](int frame) {
                                                       if (frame != 1) return;
                                                       EXPECT_EQ(waiting.wait_for(std::chrono::seconds(60)),
                                                                 std::future_status::ready);
                                                     }),
                        "a.webm");
  for (int i = 0; i < 3; ++i) writer.write(numbered(i));
  went_on.set_value();
  for (int i = 3; i < 40; ++i) writer.write(numbered(i));
  writer.finish();
  ASSERT_EQ(seen.frames.size(), 40u);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(seen.frames[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(seen.finished);
}

TEST(ThreadedWriter, ALaterErrorReachesTheCaller) {
  FakeWriter::Seen seen;
  const auto full_disk = [](int frame) {
    if (frame == 2) throw Error(ErrorCode::unwritable, "no room");
  };
  ThreadedWriter writer(std::make_unique<FakeWriter>(seen, full_disk), "a.webm");
  const Error error = error_of([&] {
    for (int i = 0; i < 20; ++i) writer.write(numbered(i));
    writer.finish();
  });
  EXPECT_THAT(error, IsError(ErrorCode::unwritable, "no room"));
  EXPECT_THAT(error_of([&] { writer.finish(); }), IsError(ErrorCode::unwritable, "no room"));
  EXPECT_FALSE(seen.finished) << "half a film must not take its place";
}

TEST(ThreadedWriter, AnErrorAtTheFirstFrameIsThrownAtOnce) {
  FakeWriter::Seen seen;
  const auto no_folder = [](int) { throw Error(ErrorCode::unwritable, "no folder"); };
  ThreadedWriter writer(std::make_unique<FakeWriter>(seen, no_folder), "a.webm");
  EXPECT_THAT(error_of([&] { writer.write(numbered(0)); }), IsError(ErrorCode::unwritable, "no folder"));
}

TEST(ThreadedWriter, RejectsAlphaThatTheCodecLacks) {
  FakeWriter::Seen seen;
  ThreadedWriter writer(std::make_unique<FakeWriter>(seen, [](int) {}), "a.mp4", "no transparency");
  const Error error = error_of([&] { writer.write(Image(4, 4, 4)); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_STREQ(error.what(), "a.mp4: no transparency");
  writer.write(numbered(0));
  writer.finish();
  EXPECT_EQ(seen.frames.size(), 1u);
}

TEST(ThreadedWriter, AnErrorStays) {
  FakeWriter::Seen seen;
  const auto no_folder = [](int frame) {
    if (frame == 0) throw Error(ErrorCode::unwritable, "no folder");
  };
  ThreadedWriter writer(std::make_unique<FakeWriter>(seen, no_folder), "a.webm");
  EXPECT_THAT(error_of([&] { writer.write(numbered(0)); }), IsError(ErrorCode::unwritable, "no folder"));
  EXPECT_THAT(error_of([&] { writer.write(Image(2, 2)); }), IsError(ErrorCode::unwritable, "no folder"));
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(error_of([&] { writer.finish(); }), IsError(ErrorCode::unwritable, "no folder"));
  EXPECT_TRUE(seen.frames.empty());
  EXPECT_FALSE(seen.finished);
}

TEST(ThreadedWriter, AnErrorAtTheEndStays) {
  FakeWriter::Seen seen;
  const auto full_disk = [](int frame) {
    if (frame == FakeWriter::kAtFinish) throw Error(ErrorCode::unwritable, "no room");
  };
  ThreadedWriter writer(std::make_unique<FakeWriter>(seen, full_disk), "a.webm");
  for (int i = 0; i < 3; ++i) writer.write(numbered(i));
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(error_of([&] { writer.finish(); }), IsError(ErrorCode::unwritable, "no room"));
  EXPECT_THAT(error_of([&] { writer.write(numbered(3)); }), IsError(ErrorCode::unwritable, "no room"));
}

}  // namespace
}  // namespace portrait_depth
