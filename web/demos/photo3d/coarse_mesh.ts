// A mesh of fewer triangles for a wireframe of visible lines: all vertices of a cell become one. Based on: J. Rossignac,
// P. Borrel, "Multi-resolution 3D approximations for rendering complex scenes", 1993.

import type { Intrinsics, Mesh } from 'portrait-depth';

/** Longest line in cells; longer ones connect the two sides of a depth edge. */
const LONGEST = 2.5;

/** Cells are square on the photo, `cellsAcross` in a row. */
export function coarsened(mesh: Mesh, { width, height, fx }: Intrinsics, cellsAcross: number): Mesh {
  const { positions, textureCoordinates: at, indices } = mesh;
  const cellsDown = (cellsAcross * height) / width;
  const cellsPerSlope = (cellsAcross * fx) / width;
  const isLong = (a: number, b: number) =>
    [0, 1].some((axis) => {
      const slope = (vertex: number) => positions[3 * vertex + axis]! / positions[3 * vertex + 2]!;
      return Math.abs(slope(a) - slope(b)) * cellsPerSlope > LONGEST;
    });
  const chosen = new Map<number, { vertex: number; distance: number }>();
  const cellOf = new Int32Array(at.length / 2);
  for (let vertex = 0; vertex < cellOf.length; ++vertex) {
    const [x, y] = [at[2 * vertex]! * cellsAcross, at[2 * vertex + 1]! * cellsDown];
    const cell = Math.floor(y) * 4096 + Math.floor(x);
    const distance = Math.hypot((x % 1) - 0.5, (y % 1) - 0.5);
    cellOf[vertex] = cell;
    const known = chosen.get(cell);
    if (known === undefined || distance < known.distance) chosen.set(cell, { vertex, distance });
  }
  const kept: number[] = [];
  const seen = new Set<string>();
  for (let corner = 0; corner < indices.length; corner += 3) {
    const [a, b, c] = [0, 1, 2].map((next) => chosen.get(cellOf[indices[corner + next]!]!)!.vertex) as [
      number,
      number,
      number,
    ];
    if (a === b || b === c || c === a || isLong(a, b) || isLong(b, c) || isLong(c, a)) continue;
    const name = [a, b, c].sort((one, other) => one - other).join();
    if (seen.has(name)) continue;
    seen.add(name);
    kept.push(a, b, c);
  }
  return { ...mesh, indices: Uint32Array.from(kept) };
}
