#include "generate.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "portrait.hpp"
#include "portrait_depth/error.hpp"
#include "portrait_depth/thread_pool.hpp"

namespace portrait_depth::people {
namespace {

nlohmann::json describe_run(const GenerateOptions& options, const Catalog& catalog) {
  nlohmann::json parts;
  for (const Skin& skin : catalog.skins) parts["skin"].push_back(skin.texture.name);
  for (const DressedPart& part : catalog.hair) parts["hair"].push_back(part.part.name);
  for (const DressedPart& part : catalog.suits) parts["suit"].push_back(part.part.name);
  nlohmann::json labels;
  for (const auto& [name, meaning] : label_meanings()) labels[name] = meaning;
  nlohmann::json run{{"format", "portrait-depth people 1"},
                     {"split", options.split == Split::train ? "train" : "test"},
                     {"count", options.count},
                     {"seed", options.seed},
                     {"shard_size", options.shard_size},
                     {"samples", options.samples},
                     {"shots", options.shots == ShotKind::any ? "any" : "below"},
                     {"parts", parts},
                     {"labels", labels}};
  if (!options.faces.empty()) run["faces"] = catalog.morphs->names("faces/identity/").size();
  return run;
}

// Writes the run's description before the first shard. Rejects a folder of another run.
void write_description(const GenerateOptions& options, const Catalog& catalog) {
  std::filesystem::create_directories(options.out);
  const std::filesystem::path file = options.out / "people.json",
                              temporary = options.out / "people.json.part";
  const nlohmann::json description = describe_run(options, catalog);
  if (std::ifstream there(file); there) {
    const nlohmann::json old = nlohmann::json::parse(there, nullptr, false);
    if (old != description)
      throw Error(ErrorCode::invalid_argument,
                  file.string() + ": the folder holds another run; choose an empty folder for --out");
  }
  {
    std::ofstream stream(temporary);
    stream << description.dump(2) << '\n';
    if (!stream.flush())
      throw Error(ErrorCode::unwritable, temporary.string() + ": cannot be written; is the disk full?");
  }
  std::filesystem::rename(temporary, file);
}

class Progress {
 public:
  Progress(std::uint64_t total, bool quiet)
      : total_(total), quiet_(quiet), start_(std::chrono::steady_clock::now()) {}
  void step() {
    const std::uint64_t done = ++done_;
    if (quiet_ || (done % 50 != 0 && done != total_)) return;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
    const std::lock_guard lock(mutex_);
    std::fprintf(stderr, "%llu of %llu people, %.1f a second\n", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(total_), static_cast<double>(done) / passed.count());
  }

 private:
  std::uint64_t total_;
  bool quiet_;
  std::chrono::steady_clock::time_point start_;
  std::atomic<std::uint64_t> done_ = 0;
  std::mutex mutex_;
};

}  // namespace

void generate(const GenerateOptions& options) {
  const Catalog catalog(options.parts, options.faces);
  write_description(options, catalog);
  ThreadPool pool(options.threads);
  std::vector<std::unique_ptr<PortraitMaker>> makers;
  makers.reserve(static_cast<std::size_t>(pool.threads()));
  std::vector<std::vector<std::uint8_t>> bytes(static_cast<std::size_t>(pool.threads()));
  for (int t = 0; t < pool.threads(); ++t)
    makers.push_back(std::make_unique<PortraitMaker>(catalog, options.split, options.shots, options.samples));

  encode(makers[0]->make(person_seed(options.seed, options.split, 0)), bytes[0]);
  const std::string dtype = dtype_of(makers[0]->make(person_seed(options.seed, options.split, 0)).labels);
  const std::size_t record_bytes = bytes[0].size();

  Progress progress(options.count, options.quiet);
  for (std::uint64_t first = 0, shard = 0; first < options.count; first += options.shard_size, ++shard) {
    char name[32];
    std::snprintf(name, sizeof name, "people-%05llu.npy", static_cast<unsigned long long>(shard));
    const std::uint64_t count = std::min(options.shard_size, options.count - first);
    if (std::filesystem::exists(options.out / name)) {
      for (std::uint64_t i = 0; i < count; ++i) progress.step();
      continue;
    }
    ShardWriter writer(options.out / name, dtype, record_bytes, count);
    pool.parallel_for(static_cast<int>(count), [&](int index, int thread) {
      std::vector<std::uint8_t>& record = bytes[static_cast<std::size_t>(thread)];
      encode(makers[static_cast<std::size_t>(thread)]->make(
                 person_seed(options.seed, options.split, first + static_cast<std::uint64_t>(index))),
             record);
      writer.write(static_cast<std::size_t>(index), record);
      progress.step();
    });
    writer.complete();
  }
}

}  // namespace portrait_depth::people
