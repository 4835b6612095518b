/* The core for JavaScript: a C interface of plain numbers and addresses.
 *
 * Functions that can fail give 0 (a null pointer, false) when they do; pd_error_code and pd_error_message
 * then tell what was wrong. Addresses that functions give belong to the object that they were asked of, and
 * are valid until the next call on it. Pictures are RGBA, 8-bit sRGB, straight alpha, rows without gaps;
 * planes are float32, row by row. */
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

/* How many the work on 3D photos is shared among, the calling one counted; 1 at first. More than 1 needs the
 * build with threads, and as many workers, less one, waiting (web/src/core_start.ts). */
PD_EXPORT void pd_set_threads(int threads);

/* -- Estimation: one picture at a time, from pixels over masks and network inputs to depth -- */

typedef struct pd_estimation pd_estimation;

PD_EXPORT pd_estimation* pd_estimation_create(void);
PD_EXPORT void pd_estimation_destroy(pd_estimation*);
/* Where the picture's pixels are to be written. */
PD_EXPORT uint8_t* pd_estimation_image(pd_estimation*, int width, int height);
/* Is this a picture for the network that sees 256 x 144 pixels? */
PD_EXPORT int pd_estimation_landscape(const pd_estimation*);
/* The segmentation network's input of 1 x height x width x 3: 256 x 256, or 144 x 256 (height x width) in
 * landscape. */
PD_EXPORT const float* pd_estimation_segmentation_input(pd_estimation*, int landscape);
/* Takes the segmentation network's output, 0..1, and refines it on the picture. */
PD_EXPORT int pd_estimation_set_coarse_mask(pd_estimation*, const float* mask, int width, int height);
/* Takes the whole picture as the person. */
PD_EXPORT int pd_estimation_set_whole_picture(pd_estimation*);
/* The person's box (x, y, width, height in pixels), coverage 0..1, found (0 or 1): 6 floats. */
PD_EXPORT const float* pd_estimation_segmentation_numbers(pd_estimation*);
PD_EXPORT const float* pd_estimation_segmentation_mask(const pd_estimation*);
/* The depth network's input, 1 x 4 x 256 x 192. Fails with no_person when there is nobody. */
PD_EXPORT const float* pd_estimation_depth_input(pd_estimation*);
/* Mirrors that input; the same memory. */
PD_EXPORT const float* pd_estimation_mirrored_input(pd_estimation*);
/* The depth network's answers for the input, and for the mirrored one, which become the mean of both: reliefs
 * of 256 x 192, and 1 crop width each. */
PD_EXPORT int pd_average_with_mirror_image(const float* relief, const float* crop_width, float* mirrored,
                                           float* mirrored_crop_width);
/* Takes what the depth network says of the crop's width. fx, fy, cx, cy: NaN for the assumed camera;
 * head_distance_metres: NaN to estimate it. Then pd_estimation_numbers tells, and pd_estimation_finish, or
 * the GPU in its stead (web/src/gpu_depth.ts), makes the depth. */
PD_EXPORT int pd_estimation_place(pd_estimation*, float crop_width_metres, int flip_horizontal, float fx,
                                  float fy, float cx, float cy, float head_distance_metres);
/* 18 floats. Of the result: fx, fy, cx, cy, head distance in metres, metres per relief. Of the crop, in
 * pixels of the picture: x, y, width, height. How a relief is brought to the picture: radius, epsilon, flat,
 * edge (GuidedModelOptions), the least weight, the least mask of a guide, the nearest metres, and the mask
 * from which on a pixel is the person's. */
PD_EXPORT const float* pd_estimation_numbers(const pd_estimation*);
/* Brings the depth network's relief, 256 x 192, to the picture. */
PD_EXPORT int pd_estimation_finish(pd_estimation*, const float* relief, float min_depth, float max_depth);
/* Of the finished depth map, each of the picture's size. */
PD_EXPORT const float* pd_estimation_values(pd_estimation*);
PD_EXPORT const float* pd_estimation_metres(const pd_estimation*);
PD_EXPORT const float* pd_estimation_mask(const pd_estimation*);

/* Unit normals, 3 floats a pixel; valid until the next call. */
PD_EXPORT const float* pd_normals(const float* metres, const float* mask, int width, int height, float fx,
                                  float fy, float cx, float cy);

/* -- 3D photo -- */

typedef struct pd_photo3d pd_photo3d;

/* background_kind: 0 fill, 1 blur, 2 color (0xRRGGBB), 3 picture (RGBA), 4 transparent. edge_slope: NaN,
 * max_texture_size: 0 for the core's defaults. Reports to the
 * imported function pd_progress, which is given 0..1 and returns 0 to stop the work. */
PD_EXPORT pd_photo3d* pd_photo3d_build(const uint8_t* rgba, const float* metres, const float* mask, int width,
                                       int height, float fx, float fy, float cx, float cy,
                                       float head_distance_metres, int background_kind,
                                       uint32_t background_color, const uint8_t* picture, int picture_width,
                                       int picture_height, float relief, float edge_slope,
                                       int max_texture_size);
PD_EXPORT void pd_photo3d_destroy(pd_photo3d*);
/* 5 words: address of positions (3 floats a vertex), of texture coordinates (2 floats a vertex), number of
 * vertices, address of indices, number of indices. */
PD_EXPORT const uint32_t* pd_photo3d_mesh(pd_photo3d*, int background);
/* 3 words: address of RGBA, width, height; size 0 x 0 when there is no background. */
PD_EXPORT const uint32_t* pd_photo3d_texture(pd_photo3d*, int background);
/* Makes the poses of a preset; gives their number. */
PD_EXPORT int pd_photo3d_path(pd_photo3d*, const char* preset, float strength, float duration_seconds,
                              float frames_per_second);
/* 10 floats a pose: position, look-at, up (x, y, z each), zoom. */
PD_EXPORT const float* pd_photo3d_poses(const pd_photo3d*);
/* RGBA of the frame that the pose of 10 floats sees. */
PD_EXPORT const uint8_t* pd_photo3d_render(pd_photo3d*, const float* pose, int width, int height);

PD_EXPORT int pd_preset_count(void);
PD_EXPORT const char* pd_preset_name(int index);
PD_EXPORT const char* pd_preset_description(int index);

/* -- Binary glTF: the caller encodes the textures -- */

/* 3 words as for pd_photo3d_texture, size 0 x 0 when there is none. part: 0 the person's inside (to become a
 * JPEG), 1 the person's edge (a PNG), 2 the background (a JPEG). */
PD_EXPORT const uint32_t* pd_glb_texture(pd_photo3d*, int part);
/* Encoded textures, size 0 for one that is not there; the camera moves on the path that pd_photo3d_path made
 * last. Gives the number of bytes of the file. */
PD_EXPORT uint32_t pd_glb_encode(pd_photo3d*, const uint8_t* person, uint32_t person_size, const uint8_t* rim,
                                 uint32_t rim_size, const uint8_t* background, uint32_t background_size,
                                 float frames_per_second);
PD_EXPORT const uint8_t* pd_glb_bytes(const pd_photo3d*);

/* -- Films: `format` is an extension of the table of film formats, or empty for a frame or a path alone -- */

/* 0 for an unknown format. */
PD_EXPORT float pd_usual_frames_per_second(const char* format);
/* 2 words: width and height of the frames of a film of a photo; width and height as asked for, or -1. */
PD_EXPORT const uint32_t* pd_film_frame_size(int photo_width, int photo_height, const char* format, int width,
                                             int height);

/* -- GIF: all frames are written, then encoded in steps until the film fits its size budget -- */

typedef struct pd_gif pd_gif;

/* loops: how often the film plays, 0 for ever. */
PD_EXPORT pd_gif* pd_gif_create(int width, int height, float frames_per_second, int loops);
PD_EXPORT void pd_gif_destroy(pd_gif*);
/* Copies a frame. pd_gif_encode_step may be due afterwards. */
PD_EXPORT int pd_gif_write(pd_gif*, const uint8_t* rgba);
/* The film has all its frames. */
PD_EXPORT int pd_gif_end(pd_gif*);
/* Encodes a frame if that is due. 1: another step is due. 2: none is due; the bytes so far are in the file. */
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
