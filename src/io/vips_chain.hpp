// A chain of libvips operations on a photo: owns each result and names the photo when a step fails.
#pragma once

#include <utility>

#include "io/photo_file.hpp"
#include "io/vips_session.hpp"

namespace portrait_depth::io {

class Chain {
 public:
  Chain(const PhotoFile& file, VipsImagePtr image) : file_(file), image_(std::move(image)) {}

  VipsImage* image() const { return image_.get(); }
  const PhotoFile& file() const { return file_; }

  /// Replaces the picture by operation(picture, arguments...). False if the operation fails.
  template <class Operation, class... Arguments>
  bool attempt(Operation operation, Arguments... arguments) {
    VipsImage* result = nullptr;
    if (operation(image_.get(), &result, arguments..., nullptr) != 0) return false;
    image_.reset(result);
    return true;
  }
  template <class Operation, class... Arguments>
  void apply(Operation operation, Arguments... arguments) {
    if (!attempt(operation, arguments...)) fail();
  }
  /// The same picture, for steps of its own.
  Chain branch() const {
    g_object_ref(image_.get());
    return {file_, VipsImagePtr(image_.get())};
  }
  /// The picture's further bands become those of `other`.
  void join(const Chain& other) {
    apply([&](VipsImage* image, VipsImage** joined, std::nullptr_t) {
      return vips_bandjoin2(image, other.image(), joined, nullptr);
    });
  }
  /// Continues with the other's picture.
  void continue_with(Chain other) { image_ = std::move(other.image_); }
  /// Decodes all pixels into memory.
  void decode() {
    VipsImage* memory = vips_image_copy_memory(image_.get());
    if (memory == nullptr) fail();
    image_.reset(memory);
  }
  /// Throws libvips' last error.
  [[noreturn]] void fail() const { file_.fail_decoding(); }

 private:
  const PhotoFile& file_;
  VipsImagePtr image_;
};

}  // namespace portrait_depth::io
