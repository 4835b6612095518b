#include "film_output.hpp"

#include <chrono>
#include <memory>
#include <string>

#include "portrait_depth/export.hpp"

namespace portrait_depth::cli {
namespace {

// A writer that measures its own time, because frames are rendered and written by turns.
class FrameSink {
 public:
  explicit FrameSink(std::unique_ptr<VideoWriter> writer) : writer_(std::move(writer)) {}
  void write(const Image& frame) {
    timed([&] { writer_->write(frame); });
  }
  void finish() {
    timed([&] { writer_->finish(); });
  }
  double seconds() const { return seconds_; }

 private:
  template <class Work>
  void timed(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  std::unique_ptr<VideoWriter> writer_;
  double seconds_ = 0;
};

// Each view has `size`; side by side the frame is twice as wide. Returns the frames' size.
PixelSize render_for_two_eyes(const Photo3D& photo3d, const CameraPath& path, PixelSize size,
                              StereoLayout layout, FrameSink& sink, ThreadPool& threads,
                              const Progress& progress) {
  StereoOptions stereo;
  stereo.layout = layout;
  Image frame;
  for (std::size_t i = 0; i < path.size(); ++i) {
    progress.at(static_cast<double>(i) / static_cast<double>(path.size()));
    render_stereo(photo3d, path[i], size.width, size.height, stereo, frame, threads);
    sink.write(frame);
  }
  return {frame.width(), frame.height()};
}

}  // namespace

void write_film(const Photo3D& photo3d, const CameraPath& path, PixelSize size, const Photo3DJob& job,
                const Photo3DCommandOptions& options, ThreadPool& threads, Report& report) {
  FrameSink sink(film_writer(job, options));
  report.stage("render", 1.0);
  const auto write = [&](const Image& frame) { sink.write(frame); };
  if (job.layout)
    size = render_for_two_eyes(photo3d, path, size, *job.layout, sink, threads, report.progress());
  else
    photo3d.render(path, size.width, size.height, threads, write, report.progress());
  sink.finish();
  report.move_seconds("encode", sink.seconds());
  if (job.kind == Photo3DKind::frames) {
    report.output = png_frame_path(job.output, 1);
    for (int number = 2; number <= static_cast<int>(path.size()); ++number)
      report.more_files.push_back(png_frame_path(job.output, number));
  }
  report.tell_size(size.width, size.height);
  report.text += ", " + std::to_string(path.size()) + " frames";
}

}  // namespace portrait_depth::cli
