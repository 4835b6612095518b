// The command `photo3d_evaluation`: measures 3D photos on views of `people render`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "portrait_depth/error.hpp"
#include "portrait_depth/io.hpp"
#include "report.hpp"

namespace {

using namespace portrait_depth;

struct Options {
  std::filesystem::path views = "data/photo3d-test", out = "docs/evaluation", models;
  std::string model = "ar_portrait_depth";
  std::size_t count = 0;
  int threads = 0;
  bool each = false, exact_only = false;
};

std::vector<std::filesystem::path> find_people(const Options& options) {
  std::vector<std::filesystem::path> stems;
  if (std::filesystem::is_directory(options.views))
    for (const auto& entry : std::filesystem::directory_iterator(options.views))
      if (entry.path().extension() == ".json")
        stems.push_back(entry.path().parent_path() / entry.path().stem());
  std::sort(stems.begin(), stems.end());
  if (options.count > 0 && stems.size() > options.count) stems.resize(options.count);
  if (stems.empty())
    throw Error(ErrorCode::not_found,
                options.views.string() + ": no views; run `people render` or choose another --views");
  return stems;
}

DepthEstimator make_estimator(const Options& options) {
  EstimatorOptions estimator;
  estimator.model_folder = estimator.segmenter.model_folder = options.models;
  return DepthEstimator(find_depth_model(options.model), estimator);
}

void print(const RenderedPerson& person, const std::vector<FrameMeasures>& measures) {
  std::printf("%s", person.name.c_str());
  for (const FrameMeasures& m : measures) {
    std::printf("  %5.2f %5.2f", m.whole.psnr, m.band.psnr);
    std::printf(m.inner ? " %5.2f" : "     -", m.inner ? m.inner->psnr : 0);
    std::printf(" %.2f%%", 100 * m.torn);
  }
  std::printf("\n");
  std::fflush(stdout);
}

void write_page(const Options& options, const std::string& text) {
  const std::filesystem::path file = options.out / "photo3d.md";
  std::ofstream stream(file);
  stream << text;
  if (!stream.flush())
    throw Error(ErrorCode::unwritable, file.string() + ": cannot be written; is the disk full?");
}

void evaluate(const Options& options) {
  ThreadPool threads(options.threads);
  DepthEstimator estimator = make_estimator(options);
  const auto stems = find_people(options);
  std::filesystem::create_directories(options.out);
  std::vector<SourceResult> results;
  std::vector<std::string> pictures;
  for (const EvaluatedDepth source : kDepthSources) {
    if (options.exact_only && source != EvaluatedDepth::exact) continue;
    const std::string name = name_of(source);
    std::printf(
        "%s depth: for each method, PSNR of the whole picture, the silhouette band and the inner band, and "
        "torn pixels\n",
        name.c_str());
    SourceResult result{source, {}};
    const auto draw = [&](const RenderedPerson& person, const PersonDepth& depth, const std::string& file) {
      save_image(comparison(person, depth.input, 0, threads), options.out / file);
    };
    for (const auto& stem : stems) {
      const RenderedPerson person = read_person(stem);
      const PersonDepth depth = person_depth(person, source, estimator);
      result.measures.push_back(evaluate_person(person, depth.input, threads));
      print(person, result.measures.back());
      if (options.each) draw(person, depth, person.name + "-" + name + ".png");
    }
    pictures.push_back("photo3d-" + name + ".jpg");
    const RenderedPerson median = read_person(stems[median_person(result)]);
    draw(median, person_depth(median, source, estimator), pictures.back());
    results.push_back(std::move(result));
  }
  write_page(options, page(results, pictures, options.model));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Measures 3D photos against true renderings and writes photo3d.md with pictures.\n"
      "Example: photo3d_evaluation --views data/photo3d-test --out docs/evaluation"};
  Options options;
  app.add_option("--views", options.views, "Folder of the output of `people render --preset --background`")
      ->capture_default_str();
  app.add_option("--out", options.out, "Folder for the page")->capture_default_str();
  app.add_option("--count", options.count, "Largest number of people; 0: all")->capture_default_str();
  app.add_option("--model", options.model, "The depth network's name")->capture_default_str();
  app.add_option("--models", options.models, "Folder of the networks; default: the build's");
  app.add_option("--threads", options.threads, "Threads; 0: one for each core")->capture_default_str();
  app.add_flag("--each", options.each, "Also write a picture of every person");
  app.add_flag("--true-depth-only", options.exact_only, "Only with true depth, without the network");
  try {
    app.parse(argc, argv);
    evaluate(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "photo3d_evaluation: %s\n", error.what());
    return 1;
  }
  return 0;
}
