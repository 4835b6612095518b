// Depth inside photo files: the core finds the pictures and their meaning, the browser decodes them.

import { checkNotAborted } from './abort.js';
import type { Core } from './core.js';
import type { Pointer } from './core_functions.js';
import { loadCore } from './core_start.js';
import { CODED_PICTURE, GIVEN_DEPTH, INTRINSICS, pack } from './core_structs.js';
import { PortraitDepthError } from './errors.js';
import { givenDepthFrom } from './given_depth.js';
import { openGrayPicture } from './gray_picture.js';
import { cameraFromExif } from './photo_exif.js';
import { decodePicture, isHeic, loadPicture, nameOf, type PictureFile } from './picture_files.js';
import type { GivenDepth, Intrinsics, RuntimeConfig } from './types.js';

/** Decodes one of the pictures into the core's memory. */
async function decodeInto(core: Core, found: Pointer, index: number, file: Blob): Promise<void> {
  const { bytes, size } = core.read(CODED_PICTURE, core.functions.pd_photo_depth_picture(found, index));
  if (size === 0) return; // no such matte
  const picture = await openGrayPicture(new Uint8Array(core.bytes(bytes, size)));
  if (picture === undefined) throw undecodable(file, await isHeic(file));
  try {
    const { width, height } = picture;
    const address = core.check(core.functions.pd_photo_depth_values(found, index, width, height));
    const values = await picture.values();
    if (values === undefined) throw undecodable(file, false);
    core.floats(address, values.length).set(values);
  } finally {
    picture.dispose();
  }
}

const undecodable = (file: Blob, inHeic: boolean) =>
  inHeic
    ? new PortraitDepthError(
        'unsupported',
        `${nameOf(file)}: unsupported: this browser does not decode the depth inside a HEIC. Convert the photo by \`portrait-depth photo3d\`, which keeps the depth.`,
      )
    : new PortraitDepthError(
        'unreadable',
        `${nameOf(file)}: damaged: the depth inside cannot be decoded. Get the file anew.`,
      );

/**
 * @internal The depth inside the file; undefined without any. `exif`: the photo's camera by its EXIF, which is asked for
 * a photo with depth. Throws PortraitDepthError.
 */
export async function embeddedDepth(
  file: Blob,
  exif: () => Promise<Intrinsics | undefined>,
  config: RuntimeConfig = {},
): Promise<GivenDepth | undefined> {
  const core = await loadCore(config);
  const f = core.functions;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = core.lendText(nameOf(file), (name) =>
    core.lend([bytes], (address) => core.check(f.pd_photo_depth_find(address!, bytes.length, name))),
  );
  try {
    const count = f.pd_photo_depth_count(found);
    if (count === 0) return undefined;
    for (let index = 0; index < count; ++index) await decodeInto(core, found, index, file);
    const camera = await exif();
    const result = (address: Pointer) =>
      core.read(GIVEN_DEPTH, f.pd_photo_depth_result(found, address, camera?.width ?? 0, camera?.height ?? 0));
    const given =
      camera === undefined ? result(0) : core.lend([pack(INTRINSICS, camera)], (address) => result(address!));
    return givenDepthFrom(core, given);
  } finally {
    f.pd_photo_depth_destroy(found);
  }
}

/**
 * The depth that a phone, or this library, put into a photo: Apple's in JPEG, and in HEIC where the browser decodes it;
 * GDepth and Dynamic Depth 1.0 in JPEG. null for a photo without depth. For the option `givenDepth`, for example of a
 * part of the photo. Rejects with a PortraitDepthError: `unreadable` for damaged depth, `too_large` for depth and mattes
 * of more than 32 megapixels together, `unsupported` for a HEIC that this browser does not decode.
 */
export async function readEmbeddedDepth(photo: PictureFile, config: RuntimeConfig = {}): Promise<GivenDepth | null> {
  const { signal } = config;
  const file = await loadPicture(photo, signal);
  checkNotAborted(signal);
  const exif = async () => {
    const bitmap = await decodePicture(file, signal);
    const { width, height } = bitmap;
    bitmap.close();
    return (await cameraFromExif(file, { width, height }, config)).intrinsics;
  };
  return (await embeddedDepth(file, exif, config)) ?? null;
}
