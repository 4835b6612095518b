// A fuzz target without libFuzzer: fuzz_TARGET_short FOLDER MUTATIONS runs it on every file of the folder and
// on MUTATIONS variants of each, always the same ones. crash.bin keeps an input that ends the process.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <vector>

#include "fuzz_target.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes current;

extern "C" void keep_current(int signal_number) {
  std::ofstream("crash.bin", std::ios::binary)
      .write(reinterpret_cast<const char*>(current.data()), static_cast<std::streamsize>(current.size()));
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

void run(const Bytes& bytes) {
  current = bytes;
  // A copy of its own size, so that sanitizers detect every read beyond the end.
  const Bytes exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Bytes>& seeds) : seeds_(seeds) {}

  Bytes changed(Bytes bytes) {
    for (std::size_t count = 1 + below(4); count > 0; --count) change(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  // Readers fail most often on numbers at the ends of their ranges.
  std::uint8_t extreme_byte() {
    constexpr std::uint8_t kExtremes[] = {0, 1, 0x7F, 0x80, 0xFE, 0xFF, '"', '<', '>', '&', '-', '9'};
    return kExtremes[below(std::size(kExtremes))];
  }

  void change(Bytes& bytes) {
    const std::size_t at = below(bytes.size()), length = std::min(bytes.size() - at, below(64));
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at),
               end = place + static_cast<std::ptrdiff_t>(length);
    switch (below(7)) {
      case 0:
        if (!bytes.empty()) bytes[at] ^= static_cast<std::uint8_t>(1u << below(8));
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = extreme_byte();
        break;
      case 2:
        std::fill(place, place + static_cast<std::ptrdiff_t>(std::min<std::size_t>(length, 4)),
                  extreme_byte());
        break;
      case 3:
        bytes.erase(place, end);
        break;
      case 4: {
        const Bytes again(place, end);
        bytes.insert(place, again.begin(), again.end());
        break;
      }
      case 5:
        bytes.resize(at);
        break;
      default: {
        const Bytes& other = seeds_[below(seeds_.size())];
        const std::size_t from = below(other.size()), count = std::min(other.size() - from, below(256));
        bytes.insert(place, other.begin() + static_cast<std::ptrdiff_t>(from),
                     other.begin() + static_cast<std::ptrdiff_t>(from + count));
      }
    }
  }

  const std::vector<Bytes>& seeds_;
  std::mt19937 random_{1};
};

std::vector<Bytes> read_seeds(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Bytes> seeds;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::vector<Bytes> seeds = read_seeds(argv[1]);
  if (seeds.empty()) return 2;
  for (const int signal_number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS}) std::signal(signal_number, keep_current);
  run({});
  Mutator mutator(seeds);
  const int mutations = std::atoi(argv[2]);
  for (const Bytes& seed : seeds) {
    run(seed);
    for (int i = 0; i < mutations; ++i) run(mutator.changed(seed));
  }
  std::cout << seeds.size() * static_cast<std::size_t>(mutations + 1) + 1 << " inputs" << std::endl;
  return 0;
}
