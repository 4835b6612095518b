// The command `people`: renders people for training and evaluation.
#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "generate.hpp"
#include "portrait_depth/error.hpp"

namespace {

using namespace portrait_depth;
using namespace portrait_depth::people;

void add_generate(CLI::App& app, GenerateOptions& options) {
  app.add_option("--parts", options.parts, "Folder of the MakeHuman parts")->required();
  app.add_option("--out", options.out, "Folder for the shards")->required();
  app.add_option("--count", options.count, "How many people")->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of the run")->capture_default_str();
  app.add_option("--threads", options.threads, "Threads; 0 takes all cores")->capture_default_str();
  app.add_option("--shard", options.shard_size, "People in a shard")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--samples", options.samples, "Samples a pixel along each axis")->capture_default_str()->check(CLI::Range(1, 4));
  app.add_option("--split", options.split, "Whose parts and seeds: train or test")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Split>{{"train", Split::train}, {"test", Split::test}}))
      ->default_str("train");
  app.add_flag("--quiet", options.quiet, "No progress on stderr");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Renders people with depth, normals, albedo, coverage, occlusion and shadows, as shards of NumPy records.\n"
               "Example: people --parts parts --out data/people-train --count 20000 --seed 1 --split train"};
  GenerateOptions options;
  add_generate(app, options);
  try {
    app.parse(argc, argv);
    generate(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "people: %s\n", error.what());
    return 1;
  }
  return 0;
}
