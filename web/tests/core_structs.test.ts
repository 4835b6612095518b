// The core's structures have the same fields in C and in TypeScript.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as structs from '../src/core_structs.js';
import { project } from './support/server.js';

const header = readFileSync(join(project, 'bindings/wasm/portrait_depth_core.h'), 'utf8');

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Names and types of the fields, in order, of each structure of the header. */
function structuresOfHeader(): Map<string, [string, string][]> {
  const found = new Map<string, [string, string][]>();
  for (const [, name, body] of header.matchAll(/typedef struct pd_(\w+) \{([^}]*)\}/g)) {
    const fields = body!
      .split(';')
      .map((declaration) => declaration.trim())
      .filter((declaration) => declaration !== '')
      .flatMap((declaration) => {
        const [, type, names] = /^((?:const )?\w+\*?) (.*)$/s.exec(declaration)!;
        return names!.split(',').map((each): [string, string] => {
          return [camelCase(each.trim()), type!.endsWith('*') ? 'address' : type!];
        });
      });
    found.set(name!, fields);
  }
  return found;
}

describe('structures of the core', () => {
  const inHeader = structuresOfHeader();
  const inTypeScript = Object.entries(structs).filter(([, value]) => typeof value === 'object');

  it('are the same in number', () => {
    const names = inTypeScript.map(([name]) => name.toLowerCase());
    expect(names.sort()).toEqual([...inHeader.keys()].sort());
  });

  it.each(inTypeScript)('%s has the fields of the header, in its order', (name, struct) => {
    expect(Object.entries(struct)).toEqual(inHeader.get(name.toLowerCase()));
  });

  it('keep their values on the way through the memory', () => {
    const values = {
      backgroundKind: 4,
      backgroundColor: 0xff8001,
      picture: 0x80000001,
      pictureWidth: -1,
      pictureHeight: 3,
      relief: 0.5,
      edgeSlope: NaN,
      maxTextureSize: 0,
    };
    expect(structs.unpack(structs.PHOTO3D_OPTIONS, structs.pack(structs.PHOTO3D_OPTIONS, values))).toEqual(values);
  });
});
