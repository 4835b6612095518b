/* The core for JavaScript: a C interface of plain numbers, addresses and structures of them.
 *
 * Functions that can fail return 0 (a null pointer, false) on failure; pd_error_code and pd_error_message
 * then describe the error. Returned addresses belong to the object of the call, and are valid until the next
 * call on it. Pictures are RGBA, 8-bit sRGB, straight alpha, rows without gaps; planes are float32, row by
 * row.
 *
 * Every field of a structure has 4 bytes: float, int32_t, uint32_t or an address. web/src/core_structs.ts
 * names the same fields in the same order; web/tests/core_structs.test.ts compares the two files. */
#ifndef PORTRAIT_DEPTH_CORE_H
#define PORTRAIT_DEPTH_CORE_H

#include <stdint.h>

#define PD_EXPORT __attribute__((used, visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* -- Errors -- */

/* A value of portrait_depth::ErrorCode, or -1 for any other error. */
PD_EXPORT int pd_error_code(void);
PD_EXPORT const char* pd_error_message(void);

/* -- Threads -- */

/* Sets the number of threads that share the work on 3D photos, with the calling one; initially 1. More than 1
 * needs the build with threads, and a waiting worker for each other thread (web/src/core_start.ts). */
PD_EXPORT void pd_set_threads(int threads);

/* -- Estimation: one picture at a time, from pixels over masks and network inputs to depth -- */

typedef struct pd_estimation pd_estimation;

PD_EXPORT pd_estimation* pd_estimation_create(void);
PD_EXPORT void pd_estimation_destroy(pd_estimation*);
/* The memory for the picture's pixels. */
PD_EXPORT uint8_t* pd_estimation_image(pd_estimation*, int width, int height);
/* True if the picture is for the segmentation network of 256 x 144 pixels. */
PD_EXPORT int pd_estimation_landscape(const pd_estimation*);
/* The segmentation network's input of 1 x height x width x 3: 256 x 256, or 144 x 256 (height x width) in
 * landscape. */
PD_EXPORT const float* pd_estimation_segmentation_input(pd_estimation*, int landscape);
/* Takes the segmentation network's output, 0..1, and refines it on the picture. */
PD_EXPORT int pd_estimation_set_coarse_mask(pd_estimation*, const float* mask, int width, int height);
/* Uses a mask of the picture's size, 0..1. Fails with no_person if it contains no person. */
PD_EXPORT int pd_estimation_set_mask(pd_estimation*, const float* mask);
/* Uses the whole picture as the person. */
PD_EXPORT int pd_estimation_set_whole_picture(pd_estimation*);

/* The person in the picture. The box is in pixels; coverage is 0..1; found is 0 or 1. mask has the picture's
 * size and is valid until the depth network's input is made. */
typedef struct pd_segmentation {
  const float* mask;
  float x, y, width, height;
  float coverage;
  int32_t found;
} pd_segmentation;
PD_EXPORT const pd_segmentation* pd_estimation_segmentation(pd_estimation*);

/* The face detector's input, 1 x 3 x 192 x 192, for a square of the picture: region 0 is the whole picture,
 * regions 1 to 3 are squares around the person. Null without an error after the last region. */
PD_EXPORT const float* pd_estimation_face_input(pd_estimation*, int region);
/* Takes the detector's outputs for that input, 1 x 16 x 48 x 48 and 1 x 1 x 48 x 48. True if they contain a
 * face. */
PD_EXPORT int pd_estimation_set_face(pd_estimation*, const float* boxes, const float* scores);

/* A depth map that comes with a photo: of the whole photo, upright, at a size of its own. unit: 0 metres, 1
 * relative, 2 disparity. near, the gray of the nearest values of a map that is not in metres: -1 unknown, 0
 * black, 1 white. is_measured is 0 or 1. 0, NaN and infinity are holes. matte: the
 * person, 0..1, at a size of its own; null: none. NaN in fx: the camera is unknown. */
typedef struct pd_given_depth {
  const float* values;
  int32_t width, height;
  int32_t unit, near, is_measured;
  const float* matte;
  int32_t matte_width, matte_height;
  float fx, fy, cx, cy;
} pd_given_depth;
/* Chooses the origin of the picture's depth; copies the map, null: none. source: 0 automatic, 1 sensor (the
 * map), 2 network, 3 fused. Call it after the pixels are there and before the mask is; without a call, the
 * network is the origin. Returns the origin that will be used. */
PD_EXPORT int pd_estimation_set_given_depth(pd_estimation*, const pd_given_depth*, int source);
/* Uses the map's matte in place of a mask. 1: the map is not used, or has no matte with a person. 2: done. */
PD_EXPORT int pd_estimation_set_matte(pd_estimation*);
/* Of the latest depth map: its origin, and a doubt about the given map with a way out, or an empty text. */
PD_EXPORT int pd_estimation_depth_source(const pd_estimation*);
PD_EXPORT const char* pd_estimation_depth_warning(const pd_estimation*);

/* The depth network's input, 1 x 4 x 256 x 192. Fails with no_person without a person. */
PD_EXPORT const float* pd_estimation_depth_input(pd_estimation*);
/* The depth network's input for a second look at the head, or NULL where it brings nothing: before
 * pd_estimation_depth_input, with a face that pd_estimation_set_face found. pd_estimation_depth_map blends
 * the relief of pd_estimation_set_head in. */
PD_EXPORT const float* pd_estimation_head_input(pd_estimation*);
PD_EXPORT int pd_estimation_set_head(pd_estimation*, const float* relief);
/* Mirrors that input; the same memory. */
PD_EXPORT const float* pd_estimation_mirrored_input(pd_estimation*);
/* The depth network's outputs for the input, and for the mirrored one, which become the mean of both: reliefs
 * of 256 x 192, and 1 crop width each. */
PD_EXPORT int pd_average_with_mirror_image(const float* relief, const float* crop_width, float* mirrored,
                                           float* mirrored_crop_width);

/* Numbers of EXIF's tags as they stand in the file: FocalLength, FocalLengthIn35mmFilm, PixelXDimension,
 * PixelYDimension, FocalPlaneXResolution and FocalPlaneResolutionUnit. 0 for a missing one. */
typedef struct pd_exif_camera {
  float focal_length_mm, focal_length_35mm;
  float width, height;
  float focal_plane_x_resolution;
  int32_t focal_plane_resolution_unit;
} pd_exif_camera;
typedef struct pd_intrinsics {
  float fx, fy, cx, cy;
} pd_intrinsics;
/* The camera of an upright picture of that size; valid until the next call. Null without an error if the
 * numbers give no usable focal length. */
PD_EXPORT const pd_intrinsics* pd_exif_intrinsics(const pd_exif_camera*, int width, int height);

/* Radians, see CameraTilt in src/camera/gravity.hpp. */
typedef struct pd_tilt {
  float pitch, roll;
} pd_tilt;
/* The tilt of a phone's camera by the content of EXIF's MakerNote, with the text of LensModel; valid until
 * the next call. Null without an error if they do not contain it. */
PD_EXPORT const pd_tilt* pd_exif_tilt(const uint8_t* maker_note, uint32_t size, const char* lens_model);
/* The input `gravity` of a depth network: 3 floats, valid until the next call. NaN in pitch: unknown. */
PD_EXPORT const float* pd_gravity(float pitch, float roll);

/* NaN in fx: the camera is unknown. NaN in head_distance_metres: the distance is unknown. NaN in min_depth:
 * the limits follow the person. flip_horizontal is 0 or 1. */
typedef struct pd_estimation_config {
  float min_depth, max_depth;
  float fx, fy, cx, cy;
  float head_distance_metres;
  int32_t flip_horizontal;
} pd_estimation_config;

/* The camera of the result; the scale from relief to metres; the crop in pixels of the picture; and the
 * parameters that bring a relief to the picture: those of the fit (GuidedModelOptions), the least weight of a
 * relief, the least mask of a guide, the nearest distance, and the mask value from which a pixel belongs to
 * the person. mask: the person's, of the picture's size, not mirrored. */
typedef struct pd_placement {
  float fx, fy, cx, cy;
  float head_distance_metres, metres_per_relief;
  float crop_x, crop_y, crop_width, crop_height;
  int32_t fit_radius;
  float fit_epsilon, fit_flat, fit_edge;
  float least_relief_weight, least_guide_mask;
  float nearest_metres, person_mask;
  const float* mask;
} pd_placement;
/* Takes the depth network's estimate of the crop's width. pd_estimation_depth_map, or the GPU in its place
 * (web/src/gpu_depth.ts), then makes the depth. */
PD_EXPORT const pd_placement* pd_estimation_place(pd_estimation*, float crop_width_metres,
                                                  const pd_estimation_config*);

/* A depth map; planes of width x height. values is null for planes that come from JavaScript. */
typedef struct pd_depth_map {
  const float* values;
  const float* metres;
  const float* mask;
  int32_t width, height;
  float fx, fy, cx, cy;
  float head_distance_metres;
  float min_depth, max_depth;
} pd_depth_map;
/* Brings the depth network's relief, 256 x 192, to the picture. The map is the estimation's own and stays
 * until its next depth map. */
PD_EXPORT const pd_depth_map* pd_estimation_depth_map(pd_estimation*, float* relief);

/* -- Depth inside a photo's file: JavaScript decodes the pictures -- */

typedef struct pd_photo_depth pd_photo_depth;

/* Finds depth and mattes in a JPEG, HEIC or AVIF. Copies what it needs. Errors begin with `name`. */
PD_EXPORT pd_photo_depth* pd_photo_depth_find(const uint8_t* file, uint32_t size, const char* name);
PD_EXPORT void pd_photo_depth_destroy(pd_photo_depth*);
/* The number of places for pictures: the depth's, then those of mattes. 0: the file holds no depth. */
PD_EXPORT int pd_photo_depth_count(const pd_photo_depth*);
/* A file of its own, to be decoded as stored (not turned, no colors converted). */
typedef struct pd_coded_picture {
  const uint8_t* bytes;
  uint32_t size;
} pd_coded_picture;
/* Valid until the next call. size 0: there is no such matte. */
PD_EXPORT const pd_coded_picture* pd_photo_depth_picture(pd_photo_depth*, int index);
/* The memory for a picture's decoded values, 0..1. Fails with too_large. */
PD_EXPORT float* pd_photo_depth_values(pd_photo_depth*, int index, int width, int height);
/* The depth map, once all pictures are decoded; call it once. exif: the photo's camera by its EXIF, for the
 * upright photo of width x height; null: unknown. Valid as long as the object. */
PD_EXPORT const pd_given_depth* pd_photo_depth_result(pd_photo_depth*, const pd_intrinsics* exif, int width,
                                                      int height);

/* Unit normals, 3 floats a pixel; valid until the next call. */
PD_EXPORT const float* pd_normals(const pd_depth_map*);

/* -- 3D photo -- */

typedef struct pd_photo3d pd_photo3d;

/* background_kind: 0 fill, 1 blur, 2 color (0xRRGGBB), 3 picture (RGBA), 4 transparent. edge_slope: NaN,
 * max_texture_size: 0 for the core's defaults. */
typedef struct pd_photo3d_options {
  int32_t background_kind;
  uint32_t background_color;
  const uint8_t* picture;
  int32_t picture_width, picture_height;
  float relief, edge_slope;
  int32_t max_texture_size;
} pd_photo3d_options;
/* rgba: of the depth map's size. Reports to the imported function pd_progress, which receives 0..1 and
 * returns 0 to stop the work. */
PD_EXPORT pd_photo3d* pd_photo3d_build(const uint8_t* rgba, const pd_depth_map*, const pd_photo3d_options*);
PD_EXPORT void pd_photo3d_destroy(pd_photo3d*);

/* Positions have 3 floats a vertex, texture coordinates 2. */
typedef struct pd_mesh {
  const float* positions;
  const float* texture_coordinates;
  uint32_t vertex_count;
  const uint32_t* indices;
  uint32_t index_count;
} pd_mesh;
PD_EXPORT const pd_mesh* pd_photo3d_mesh(pd_photo3d*, int background);

/* RGBA; 0 x 0 without a texture. */
typedef struct pd_texture {
  const uint8_t* pixels;
  uint32_t width, height;
} pd_texture;
PD_EXPORT const pd_texture* pd_photo3d_texture(pd_photo3d*, int background);
/* A pose of the virtual camera. */
typedef struct pd_pose {
  float position_x, position_y, position_z;
  float look_at_x, look_at_y, look_at_z;
  float up_x, up_y, up_z;
  float zoom;
} pd_pose;
/* Makes the poses of a preset; returns their number. */
PD_EXPORT int pd_photo3d_path(pd_photo3d*, const char* preset, float strength, float duration_seconds,
                              float frames_per_second);
PD_EXPORT const pd_pose* pd_photo3d_poses(const pd_photo3d*);
/* The given poses, of the same number and order, zoomed in and, if necessary, moved toward the photo's camera
 * until none shows the space beyond the photo's borders. Valid until the next call. */
PD_EXPORT const pd_pose* pd_photo3d_limit(pd_photo3d*, const pd_pose*, int count);
/* RGBA of a frame. */
PD_EXPORT const uint8_t* pd_photo3d_render(pd_photo3d*, const pd_pose*, int width, int height);

PD_EXPORT int pd_preset_count(void);
PD_EXPORT const char* pd_preset_name(int index);
PD_EXPORT const char* pd_preset_description(int index);

/* -- Binary glTF: the caller encodes the textures -- */

/* part: 0 the person's inside (to become a JPEG), 1 the person's edge (a PNG), 2 the background (a JPEG). */
PD_EXPORT const pd_texture* pd_glb_texture(pd_photo3d*, int part);
/* Encoded textures, size 0 for a missing one; the camera moves on the latest path of pd_photo3d_path. Returns
 * the number of bytes of the file. */
PD_EXPORT uint32_t pd_glb_encode(pd_photo3d*, const uint8_t* person, uint32_t person_size, const uint8_t* rim,
                                 uint32_t rim_size, const uint8_t* background, uint32_t background_size,
                                 float frames_per_second);
PD_EXPORT const uint8_t* pd_glb_bytes(const pd_photo3d*);

/* -- Films: `format` is an extension of the table of film formats, or empty for a frame or a path alone -- */

/* 0 for an unknown format. */
PD_EXPORT float pd_usual_frames_per_second(const char* format);
/* Returns two words: width and height of the frames of a photo's film. width and height: the requested sides,
 * or -1 for a side that follows from the other one or from the format. */
PD_EXPORT const uint32_t* pd_film_frame_size(int photo_width, int photo_height, const char* format, int width,
                                             int height);

/* -- GIF: all frames are written, then encoded in steps until the film fits its size budget -- */

typedef struct pd_gif pd_gif;

/* loops: number of times that the film plays; 0 plays it forever. */
PD_EXPORT pd_gif* pd_gif_create(int width, int height, float frames_per_second, int loops);
PD_EXPORT void pd_gif_destroy(pd_gif*);
/* Copies a frame. pd_gif_encode_step may be due afterwards. */
PD_EXPORT int pd_gif_write(pd_gif*, const uint8_t* rgba);
/* The film has all its frames. */
PD_EXPORT int pd_gif_end(pd_gif*);
/* Encodes a frame if that is due. 1: another step is due. 2: none is due; the bytes so far are in the file.
 */
PD_EXPORT int pd_gif_encode_step(pd_gif*);
/* The finished share of the encoding, 0..1. */
PD_EXPORT float pd_gif_encoded_share(const pd_gif*);
/* The file: its number of bytes and their address. */
PD_EXPORT uint32_t pd_gif_size(const pd_gif*);
PD_EXPORT const uint8_t* pd_gif_bytes(const pd_gif*);

#ifdef __cplusplus
}
#endif

#endif
