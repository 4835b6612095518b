// The command `people`: renders people for training, evaluation and pictures.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "generate.hpp"
#include "portrait_depth/error.hpp"
#include "proportions.hpp"
#include "studio.hpp"
#include "views.hpp"

namespace {

using namespace portrait_depth;
using namespace portrait_depth::people;

CLI::Option* add_split(CLI::App& app, Split& split) {
  return app.add_option("--split", split, "Split of the parts and seeds: train or test")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Split>{{"train", Split::train}, {"test", Split::test}}));
}

void add_faces(CLI::App& app, std::filesystem::path& faces) {
  app.add_option("--faces", faces, "Folder of scanned faces (training's command face-shapes)");
}

void add_generate(CLI::App& app, GenerateOptions& options) {
  app.add_option("--parts", options.parts, "Folder of the MakeHuman parts");
  add_faces(app, options.faces);
  app.add_option("--out", options.out, "Folder for the shards");
  app.add_option("--count", options.count, "Number of people")->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of the run")->capture_default_str();
  app.add_option("--threads", options.threads, "Threads; 0: one for each core")->capture_default_str();
  app.add_option("--shard", options.shard_size, "People in a shard")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--samples", options.samples, "Samples per pixel along each axis")
      ->capture_default_str()
      ->check(CLI::Range(1, 4));
  add_split(app, options.split)->default_str("train");
  app.add_option("--shots", options.shots, "any, or below: only phones held low, under the chin")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, ShotKind>{{"any", ShotKind::any}, {"below", ShotKind::below}}))
      ->default_str("any");
  app.add_flag("--quiet", options.quiet, "No progress on stderr");
}

void add_studio(CLI::App& app, StudioOptions& options, const char* out) {
  app.add_option("--parts", options.parts, "Folder of the MakeHuman parts")->required();
  add_faces(app, options.faces);
  app.add_option("--out", options.out, out)->required();
  app.add_option("--seed", options.seed, "Seed of the person")->capture_default_str();
  app.add_option("--width", options.width, "Of the picture, pixels")
      ->capture_default_str()
      ->check(CLI::Range(16, 4096));
  app.add_option("--height", options.height, "Of the picture, pixels")
      ->capture_default_str()
      ->check(CLI::Range(16, 4096));
  app.add_option("--samples", options.samples, "Samples per pixel along each axis")
      ->capture_default_str()
      ->check(CLI::Range(1, 4));
  add_split(app, options.split)->default_str("test");
}

void add_views(CLI::App& app, ViewsOptions& options, std::vector<std::string>& offsets) {
  add_studio(app, options.studio, "Prefix of the output files");
  app.add_option("--camera-offset", offsets,
                 "Another camera, moved by x,y,z metres in the first one's camera space");
  app.add_option("--preset", options.preset, "More cameras: a camera preset of portrait-depth photo3d");
  app.add_option("--frames", options.frames, "Cameras of the preset")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--background", options.background, "A picture behind the person; default: transparency")
      ->check(CLI::ExistingFile);
}

struct NosesOptions {
  std::filesystem::path parts{}, faces{};
  std::uint64_t count = 2000, seed = 1;
  Split split = Split::train;
  float youngest = 18;
};

void add_noses(CLI::App& app, NosesOptions& options) {
  app.add_option("--parts", options.parts, "Folder of the MakeHuman parts")->required();
  add_faces(app, options.faces);
  app.add_option("--count", options.count, "Number of seeds")->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of the run")->capture_default_str();
  app.add_option("--youngest", options.youngest, "Least age that is measured, years")->capture_default_str();
  add_split(app, options.split)->default_str("train");
}

void print_noses(const NosesOptions& options) {
  const Catalog catalog(options.parts, options.faces);
  const NoseStatistics found =
      measure_noses(catalog, options.split, options.seed, options.count, options.youngest);
  std::printf("%llu people: nose tip %.3f ± %.3f, bridge %.3f ± %.3f\n",
              static_cast<unsigned long long>(found.people), static_cast<double>(found.mean.tip),
              static_cast<double>(found.deviation.tip), static_cast<double>(found.mean.bridge),
              static_cast<double>(found.deviation.bridge));
}

Vec3 parse_offset(const std::string& text) {
  std::istringstream stream(text);
  Vec3 offset;
  char first = 0, second = 0;
  if (!(stream >> offset.x >> first >> offset.y >> second >> offset.z) || first != ',' || second != ',' ||
      !stream.eof())
    throw CLI::ValidationError("--camera-offset",
                               "\"" + text + "\" is not x,y,z in metres; example: 0.05,0,0");
  return offset;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Renders people with depth, normals, albedo, coverage, occlusion and shadows, as shards of NumPy "
      "records.\n"
      "Example: people --parts parts --out data/people-train --count 20000 --seed 1 --split train"};
  GenerateOptions run;
  StudioOptions portrait;
  ViewsOptions views;
  std::vector<std::string> offsets;
  add_generate(app, run);
  CLI::App* sample = app.add_subcommand("sample",
                                        "One lit portrait over a soft background, as PNG.\nExample: people "
                                        "sample --parts parts --seed 7 --out portrait.png");
  add_studio(*sample, portrait, "The PNG to write");
  CLI::App* render =
      app.add_subcommand("render",
                         "One lit person from several cameras, as PNG with depth.\nExamples: people render "
                         "--parts parts --seed 7 "
                         "--out views/a --camera-offset 0.05,0,0 --camera-offset=-0.05,0,0\n          people "
                         "render --parts parts "
                         "--seed 7 --out views/b --background garden.jpg --preset orbit --frames 6");
  add_views(*render, views, offsets);
  NosesOptions noses;
  CLI::App* noses_command = app.add_subcommand(
      "noses",
      "Heights of noses over the plane through the eyes' outer corners and the chin, in distances of the "
      "corners: mean and deviation.\nExample: people noses --parts parts --faces faces");
  add_noses(*noses_command, noses);
  try {
    app.parse(argc, argv);
    if (sample->parsed()) {
      write_sample(portrait);
    } else if (render->parsed()) {
      for (const std::string& offset : offsets) views.offsets.push_back(parse_offset(offset));
      write_views(views);
    } else if (noses_command->parsed()) {
      print_noses(noses);
    } else {
      if (run.parts.empty()) throw CLI::RequiredError("--parts");
      if (run.out.empty()) throw CLI::RequiredError("--out");
      generate(run);
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "people: %s\n", error.what());
    return 1;
  }
  return 0;
}
