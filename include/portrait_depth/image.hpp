// Pictures in memory: 8-bit sRGB images and float planes, owned or viewed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "portrait_depth/error.hpp"

namespace portrait_depth {

/// A view of one value a pixel, row by row; does not own the values. `stride` is the number of elements from
/// a row to the next one (≥ width).
template <class T>
class PlaneView {
 public:
  PlaneView() = default;
  PlaneView(T* data, int width, int height, std::ptrdiff_t stride)
      : data_(data), width_(width), height_(height), stride_(stride) {}
  PlaneView(T* data, int width, int height) : PlaneView(data, width, height, width) {}
  operator PlaneView<const T>() const { return {data_, width_, height_, stride_}; }

  T* data() const { return data_; }
  int width() const { return width_; }
  int height() const { return height_; }
  std::ptrdiff_t stride() const { return stride_; }
  bool empty() const { return width_ == 0 || height_ == 0; }
  T* row(int y) const { return data_ + y * stride_; }
  T& operator()(int x, int y) const { return row(y)[x]; }

 private:
  T* data_ = nullptr;
  int width_ = 0, height_ = 0;
  std::ptrdiff_t stride_ = 0;
};

/// Owns one value a pixel, row by row without gaps. `resize` keeps the memory if it suffices, so that a
/// buffer of one size is allocated once. Throws ErrorCode::invalid_argument for a negative size.
template <class T>
class Plane {
 public:
  Plane() = default;
  Plane(int width, int height, T value = T{}) { resize(width, height, value); }
  Plane(const Plane&) = default;
  Plane& operator=(const Plane&) = default;
  /// The source of a move is empty afterwards.
  Plane(Plane&& other) noexcept { *this = std::move(other); }
  Plane& operator=(Plane&& other) noexcept {
    width_ = std::exchange(other.width_, 0);
    height_ = std::exchange(other.height_, 0);
    values_ = std::exchange(other.values_, {});
    return *this;
  }

  void resize(int width, int height) {
    if (width < 0 || height < 0) throw Error(ErrorCode::invalid_argument, "a plane's size must be 0 or more");
    values_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    width_ = width;
    height_ = height;
  }
  void resize(int width, int height, T value) {
    resize(width, height);
    values_.assign(values_.size(), value);
  }

  int width() const { return width_; }
  int height() const { return height_; }
  bool empty() const { return values_.empty(); }
  T* row(int y) { return values_.data() + static_cast<std::size_t>(y) * width_; }
  const T* row(int y) const { return values_.data() + static_cast<std::size_t>(y) * width_; }
  T& operator()(int x, int y) { return row(y)[x]; }
  const T& operator()(int x, int y) const { return row(y)[x]; }
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }
  PlaneView<T> view() { return {values_.data(), width_, height_}; }
  PlaneView<const T> view() const { return {values_.data(), width_, height_}; }
  operator PlaneView<const T>() const { return view(); }

 private:
  int width_ = 0, height_ = 0;
  std::vector<T> values_;
};

/// A view of an upright 8-bit sRGB picture (IEC 61966-2-1 transfer curve and primaries); does not own the
/// bytes. Channels are interleaved: 3 (RGB) or 4 (RGBA, straight alpha). `stride` is the number of bytes from
/// a row to the next one. Throws ErrorCode::invalid_argument for another number of channels or a negative
/// size.
class ImageView {
 public:
  ImageView() = default;
  ImageView(const std::uint8_t* data, int width, int height, int channels, std::ptrdiff_t stride)
      : data_(data), width_(width), height_(height), channels_(channels), stride_(stride) {
    if (width < 0 || height < 0 || (channels != 3 && channels != 4))
      throw Error(ErrorCode::invalid_argument, "an image has a size of at least 0x0 and 3 or 4 channels");
  }
  ImageView(const std::uint8_t* data, int width, int height, int channels)
      : ImageView(data, width, height, channels, static_cast<std::ptrdiff_t>(width) * channels) {}

  const std::uint8_t* data() const { return data_; }
  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  std::ptrdiff_t stride() const { return stride_; }
  bool empty() const { return width_ == 0 || height_ == 0; }
  const std::uint8_t* row(int y) const { return data_ + y * stride_; }
  const std::uint8_t* pixel(int x, int y) const {
    return row(y) + static_cast<std::ptrdiff_t>(x) * channels_;
  }

 private:
  const std::uint8_t* data_ = nullptr;
  int width_ = 0, height_ = 0, channels_ = 3;
  std::ptrdiff_t stride_ = 0;
};

/// Owns an upright 8-bit sRGB picture; see ImageView for the layout and errors. Rows have no gaps. `resize`
/// keeps the memory if it suffices.
class Image {
 public:
  Image() = default;
  Image(int width, int height, int channels = 3) { resize(width, height, channels); }
  Image(const Image&) = default;
  Image& operator=(const Image&) = default;
  /// The source of a move is empty afterwards.
  Image(Image&& other) noexcept { *this = std::move(other); }
  Image& operator=(Image&& other) noexcept {
    width_ = std::exchange(other.width_, 0);
    height_ = std::exchange(other.height_, 0);
    channels_ = other.channels_;
    bytes_ = std::exchange(other.bytes_, {});
    return *this;
  }

  void resize(int width, int height, int channels = 3) {
    if (width < 0 || height < 0 || (channels != 3 && channels != 4))
      throw Error(ErrorCode::invalid_argument, "an image has a size of at least 0x0 and 3 or 4 channels");
    bytes_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                  static_cast<std::size_t>(channels));
    width_ = width;
    height_ = height;
    channels_ = channels;
  }

  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(width_) * channels_; }
  bool empty() const { return bytes_.empty(); }
  std::uint8_t* row(int y) { return bytes_.data() + y * stride(); }
  const std::uint8_t* row(int y) const { return bytes_.data() + y * stride(); }
  std::uint8_t* pixel(int x, int y) { return row(y) + static_cast<std::ptrdiff_t>(x) * channels_; }
  const std::uint8_t* pixel(int x, int y) const {
    return row(y) + static_cast<std::ptrdiff_t>(x) * channels_;
  }
  std::span<std::uint8_t> bytes() { return bytes_; }
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  ImageView view() const { return {bytes_.data(), width_, height_, channels_}; }
  operator ImageView() const { return view(); }

 private:
  int width_ = 0, height_ = 0, channels_ = 3;
  std::vector<std::uint8_t> bytes_;
};

/// A rectangle in pixels; x and y are its left and upper edge, and may be outside the picture.
struct Box {
  float x = 0, y = 0, width = 0, height = 0;
};

}  // namespace portrait_depth
