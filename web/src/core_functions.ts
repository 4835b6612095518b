// The functions that the C++ core exports; bindings/wasm/portrait_depth_core.h documents them.

/** An address in the core's memory. */
export type Pointer = number;

export interface CoreFunctions {
  malloc(bytes: number): Pointer;
  free(address: Pointer): void;

  pd_error_code(): number;
  pd_error_message(): Pointer;

  pd_set_threads(threads: number): void;

  pd_estimation_create(): Pointer;
  pd_estimation_destroy(estimation: Pointer): void;
  pd_estimation_image(estimation: Pointer, width: number, height: number): Pointer;
  pd_estimation_landscape(estimation: Pointer): number;
  pd_estimation_segmentation_input(estimation: Pointer, landscape: number): Pointer;
  pd_estimation_set_coarse_mask(estimation: Pointer, mask: Pointer, width: number, height: number): number;
  pd_estimation_set_mask(estimation: Pointer, mask: Pointer): number;
  pd_estimation_set_given_depth(estimation: Pointer, given: Pointer, source: number): number;
  pd_estimation_set_matte(estimation: Pointer): number;
  pd_estimation_depth_source(estimation: Pointer): number;
  pd_estimation_depth_warning(estimation: Pointer): Pointer;
  pd_estimation_set_whole_picture(estimation: Pointer): number;
  pd_estimation_segmentation(estimation: Pointer): Pointer;
  pd_estimation_face_input(estimation: Pointer, region: number): Pointer;
  pd_estimation_set_face(estimation: Pointer, boxes: Pointer, scores: Pointer): number;
  pd_estimation_depth_input(estimation: Pointer): Pointer;
  pd_estimation_head_input(estimation: Pointer): Pointer;
  pd_estimation_set_head(estimation: Pointer, relief: Pointer): number;
  pd_estimation_mirrored_input(estimation: Pointer): Pointer;
  pd_average_with_mirror_image(
    relief: Pointer,
    cropWidth: Pointer,
    mirrored: Pointer,
    mirroredCropWidth: Pointer,
  ): number;
  pd_exif_intrinsics(exif: Pointer, width: number, height: number): Pointer;
  pd_exif_tilt(makerNote: Pointer, size: number, lensModel: Pointer): Pointer;
  pd_gravity(pitch: number, roll: number): Pointer;
  pd_estimation_place(estimation: Pointer, cropWidthMetres: number, config: Pointer): Pointer;
  pd_estimation_depth_map(estimation: Pointer, relief: Pointer): Pointer;

  pd_photo_depth_find(file: Pointer, size: number, name: Pointer): Pointer;
  pd_photo_depth_destroy(found: Pointer): void;
  pd_photo_depth_count(found: Pointer): number;
  pd_photo_depth_picture(found: Pointer, index: number): Pointer;
  pd_photo_depth_values(found: Pointer, index: number, width: number, height: number): Pointer;
  pd_photo_depth_result(found: Pointer, exif: Pointer, width: number, height: number): Pointer;

  pd_normals(depthMap: Pointer): Pointer;

  pd_photo3d_build(rgba: Pointer, depthMap: Pointer, options: Pointer): Pointer;
  pd_photo3d_destroy(photo: Pointer): void;
  pd_photo3d_mesh(photo: Pointer, background: number): Pointer;
  pd_photo3d_texture(photo: Pointer, background: number): Pointer;
  pd_photo3d_path(photo: Pointer, preset: Pointer, strength: number, seconds: number, framesPerSecond: number): number;
  pd_photo3d_poses(photo: Pointer): Pointer;
  pd_photo3d_limit(photo: Pointer, poses: Pointer, count: number): Pointer;
  pd_photo3d_render(photo: Pointer, pose: Pointer, width: number, height: number): Pointer;
  pd_preset_count(): number;
  pd_preset_name(index: number): Pointer;
  pd_preset_description(index: number): Pointer;

  pd_glb_texture(photo: Pointer, part: number): Pointer;
  pd_glb_encode(
    photo: Pointer,
    person: Pointer,
    personSize: number,
    rim: Pointer,
    rimSize: number,
    background: Pointer,
    backgroundSize: number,
    framesPerSecond: number,
  ): number;
  pd_glb_bytes(photo: Pointer): Pointer;

  pd_usual_frames_per_second(format: Pointer): number;
  pd_film_frame_size(photoWidth: number, photoHeight: number, format: Pointer, width: number, height: number): Pointer;

  pd_gif_create(width: number, height: number, framesPerSecond: number, loops: number): Pointer;
  pd_gif_destroy(gif: Pointer): void;
  pd_gif_write(gif: Pointer, rgba: Pointer): number;
  pd_gif_end(gif: Pointer): number;
  pd_gif_encode_step(gif: Pointer): number;
  pd_gif_encoded_share(gif: Pointer): number;
  pd_gif_size(gif: Pointer): number;
  pd_gif_bytes(gif: Pointer): Pointer;
}
