// Depth maps that come with a photo, on their way to the core and back. The core checks the values.

import type { Core } from './core.js';
import type { Pointer } from './core_functions.js';
import { GIVEN_DEPTH, pack, type Values } from './core_structs.js';
import { PortraitDepthError } from './errors.js';
import type { DepthSource, DepthUnit, GivenDepth } from './types.js';

// In the order of the enumerations in include/portrait_depth/given_depth.hpp.
const SOURCES: readonly DepthSource[] = ['auto', 'sensor', 'network', 'fused'];
const UNITS: readonly DepthUnit[] = ['metres', 'relative', 'disparity'];
const NEAR: readonly NonNullable<GivenDepth['near']>[] = ['black', 'white'];
const UNKNOWN_NEAR = -1;
const NO_CAMERA = { fx: NaN, fy: NaN, cx: NaN, cy: NaN };

const wrong = (message: string) => new PortraitDepthError('invalid_argument', message);

function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value !== undefined && !choices.includes(value as string))
    throw wrong(`${name} "${String(value)}" is unknown; choose one of ${choices.join(', ')}.`);
}

function checkPlane(name: string, values: unknown, width: unknown, height: unknown): void {
  if (!(values instanceof Float32Array)) throw wrong(`${name} must be a Float32Array with one value per place.`);
  const isSize = (size: unknown) => Number.isInteger(size) && (size as number) > 0;
  if (!isSize(width) || !isSize(height) || values.length !== (width as number) * (height as number))
    throw wrong(
      `${name} has ${values.length} values for ${String(width)} x ${String(height)} places; pass one value per place.`,
    );
}

/** @internal Throws PortraitDepthError for values of a wrong type or size. */
export function checkGivenDepth(given: GivenDepth): void {
  if (typeof given !== 'object' || given === null)
    throw wrong('A depth map is needed: { depth: Float32Array, width, height, unit }.');
  checkPlane('The depth map', given.depth, given.width, given.height);
  checkChoice('The unit', given.unit, UNITS);
  checkChoice('The near side', given.near, NEAR);
  const { matte } = given;
  if (matte !== undefined) checkPlane('The matte of the depth map', matte.values, matte.width, matte.height);
}

/** @internal */
export function checkDepthSource(source: DepthSource | undefined): void {
  checkChoice('The depth source', source, SOURCES);
}

/** The core's number of a source, and the source of a number. */
export const numberOfSource = (source: DepthSource = 'auto'): number => SOURCES.indexOf(source);
export const sourceOfNumber = (number: number) => SOURCES[number] as Exclude<DepthSource, 'auto'>;

/** Runs `work` with a copy of the map in the core's memory; with 0 without a map. */
export function lendGivenDepth<T>(core: Core, given: GivenDepth | undefined, work: (address: Pointer) => T): T {
  if (given === undefined) return work(0);
  const { depth, width, height, unit = 'metres', near, isMeasured, matte, intrinsics = NO_CAMERA } = given;
  return core.lend([depth, matte?.values ?? new Float32Array(0)], (values, matteAt) => {
    const struct = pack(GIVEN_DEPTH, {
      values: values!,
      width,
      height,
      unit: UNITS.indexOf(unit),
      near: near === undefined ? UNKNOWN_NEAR : NEAR.indexOf(near),
      isMeasured: isMeasured === true ? 1 : 0,
      matte: matte === undefined ? 0 : matteAt!,
      matteWidth: matte?.width ?? 0,
      matteHeight: matte?.height ?? 0,
      fx: intrinsics.fx,
      fy: intrinsics.fy,
      cx: intrinsics.cx,
      cy: intrinsics.cy,
    });
    return core.lend([struct], (address) => work(address!));
  });
}

/** A copy of a map in the core's memory. */
export function givenDepthFrom(core: Core, given: Values<typeof GIVEN_DEPTH>): GivenDepth {
  const { width, height, matteWidth, matteHeight, fx, fy, cx, cy } = given;
  const near = NEAR[given.near];
  return {
    depth: core.floats(given.values, width * height).slice(),
    width,
    height,
    unit: UNITS[given.unit]!,
    ...(near !== undefined && { near }),
    isMeasured: given.isMeasured !== 0,
    ...(given.matte !== 0 && {
      matte: {
        values: core.floats(given.matte, matteWidth * matteHeight).slice(),
        width: matteWidth,
        height: matteHeight,
      },
    }),
    ...(!Number.isNaN(fx) && { intrinsics: { fx, fy, cx, cy } }),
  };
}
