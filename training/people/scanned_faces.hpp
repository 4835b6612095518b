// Identities and expressions of real scans, as morphs that training's command `face-shapes` writes.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "morphs.hpp"
#include "random.hpp"
#include "split.hpp"

namespace portrait_depth::people {

/// Reads a folder of face shapes into the library, under "faces/". Throws Error if it is missing or broken.
void add_scanned_faces(const std::filesystem::path& folder, MorphLibrary& library);

/// How far a face is that of a scan: 0 for children, whom no scan shows, 1 for adults; 0 without scans.
float scanned_share(const MorphLibrary& library, const Macro& macro);

/// Normal weights of all identities, deviation 1. The splits share no identity: an even number of the first
/// three weights is negative in the training split, an odd number in the test split.
std::vector<float> choose_identity(Random random, std::size_t count, Split split);

/// The morphs that replace the young face of the body's race and sex by a scanned one of the split.
std::vector<MorphWeight> choose_scanned_face(const Random& random, const MorphLibrary& library,
                                             const Macro& macro, Split split);

/// The scans' expressions, with weights, that stand for a MakeHuman expression unit; empty if none does.
std::vector<std::pair<std::string, float>> scanned_unit(const std::string& unit);

/// The lids of a body without expression.
struct Lids {
  std::uint32_t upper = 0, lower = 0;  ///< Vertices in the middle of their margins.
  float opening = 0;                   ///< Height between the two, in the base mesh's unit.
};

/// Scales the scans' blinks of an expression so that a whole blink closes these lids (left, right), however
/// wide the eyes are.
void fit_blinks(const MorphLibrary& library, const std::array<Lids, 2>& lids,
                std::vector<MorphWeight>& expression);

/// Small movements that MakeHuman lacks: mouth and jaw to a side, puffed cheeks, rolled lips.
std::vector<MorphWeight> choose_scanned_movements(Random random, const MorphLibrary& library, float share);

}  // namespace portrait_depth::people
