#include "photo3d_rules.hpp"

#include <CLI/CLI.hpp>
#include <array>

#include "command.hpp"
#include "film/formats.hpp"
#include "io/output_file.hpp"

namespace portrait_depth::cli {
namespace {

using Kind = Photo3DKind;

bool moves(const Photo3DJob& job) {
  return job.kind == Kind::film || job.kind == Kind::frames || job.kind == Kind::scene;
}
bool has_camera(const Photo3DJob& job) {
  return moves(job) || job.kind == Kind::stereo_picture;
}
bool is_built(const Photo3DJob& job) {
  return has_camera(job) || job.kind == Kind::mesh;
}
bool can_be_stereo(const Photo3DJob& job) {
  return job.film != nullptr || job.kind == Kind::stereo_picture;
}
bool has_loops(const Photo3DJob& job) {
  return job.film != nullptr && job.film->has_loops;
}
bool has_quality(const Photo3DJob& job) {
  return job.film != nullptr && job.film->has_quality;
}
bool has_codecs(const Photo3DJob& job) {
  return job.film != nullptr && job.film->codecs.size() > 1;
}
bool has_depth_inside(const Photo3DJob& job) {
  return job.kind == Kind::photo_with_depth;
}
bool can_be_pair(const Photo3DJob& job) {
  return has_depth_inside(job) && job.format == "jpg";
}

struct Use {
  const char* option;
  bool (*is_used)(const Photo3DJob& job);
};
constexpr std::array kUses = {Use{"--preset", has_camera},
                              Use{"--size", is_built},
                              Use{"--height", is_built},
                              Use{"--fps", moves},
                              Use{"--duration", moves},
                              Use{"--strength", has_camera},
                              Use{"--relief", is_built},
                              Use{"--path", has_camera},
                              Use{"--focus", has_camera},
                              Use{"--stereo", can_be_stereo},
                              Use{"--no-limit", has_camera},
                              Use{"--background", is_built},
                              Use{"--scene", is_built},
                              Use{"--loops", has_loops},
                              Use{"--quality", has_quality},
                              Use{"--codec", has_codecs},
                              Use{"--pair", can_be_pair},
                              Use{"--keep-capture", has_depth_inside},
                              Use{"--depth-form", has_depth_inside}};

}  // namespace

std::string useless_options(const Photo3DJob& job, const CLI::App& command) {
  std::string names;
  for (const Use& use : kUses)
    if (!use.is_used(job) && command.count(use.option) > 0)
      names.append(names.empty() ? "" : ", ").append(use.option);
  return names;
}

std::string name_of(const Photo3DJob& job) {
  if (job.kind == Kind::photo_with_depth) return "a photo with its depth";
  if (job.kind == Kind::stereo_picture) return "one picture for several eyes";
  if (job.kind == Kind::frames) return "a sequence of pictures";
  return "a ." + job.format;
}

void check_photo3d(const Photo3DJob& job, const Photo3DCommandOptions& options) {
  const std::string output = io::output_name(job.output);
  if (const std::string useless = useless_options(job, *options.command); !useless.empty())
    throw WrongUse(output + ": " + name_of(job) + " takes no " + useless + "; leave that out");
  if (job.format == "heic" && !options.depth_form.empty() && options.depth_form != "apple")
    throw WrongUse(output + ": a .heic holds depth in Apple's form; leave --depth-form out or take a .jpg");
  if (job.film == nullptr || options.background != "none") return;
  const FilmCodec& codec = film_codec(*job.film, options.codec);
  if (!codec.has_alpha)
    throw WrongUse(output + ": " + film::no_transparency_message(*job.film, codec) +
                   ", or another --background");
}

void check_combinations(const Photo3DCommandOptions& options) {
  const auto is_given = [&](const std::string& option) { return options.command->count(option) > 0; };
  if (!options.stereo.empty() && options.background == "none")
    throw WrongUse("--stereo needs a --background other than none");
  if (options.pair && options.keep_capture)
    throw WrongUse("--keep-capture is for depth inside a photo; leave --pair or it out");
  if (options.pair && is_given("--depth-form"))
    throw WrongUse("--depth-form is for depth inside a photo; leave --pair or it out");
  if (options.pair && options.common.output == "-")
    throw WrongUse("--pair writes a .jpg and NAME_depth.png, not to standard output");
  for (const std::string option : {"--background", "--relief"})
    if (options.is_original() && is_given(option))
      throw WrongUse("--scene original has its own background and relief; leave " + option + " out");
  for (const std::string option : {"--preset", "--duration", "--strength"})
    if (is_given("--path") && is_given(option))
      throw WrongUse("--path sets the camera instead of " + option + "; leave one of them out");
}

}  // namespace portrait_depth::cli
