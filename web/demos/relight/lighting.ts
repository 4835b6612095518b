// The picture under point lights: WebGL 2, one triangle, all in the fragment shader.
// Diffuse light by J. H. Lambert, "Photometria", 1760; highlights by J. Blinn, "Models of Light Reflection for Computer
// Synthesized Pictures", 1977.

import type { DepthMap, Intrinsics } from 'portrait-depth';
import { PERSON_MASK } from '../shared/person.js';

/** In the photo's camera space, metres; color in sRGB, 0..1. */
export interface Light {
  position: readonly [number, number, number];
  color: readonly [number, number, number];
  /** Multiplies the light of the color. */
  brightness: number;
}

export interface Scene {
  lights: readonly Light[];
  ambient: number;
  shine: number;
  showNormals: boolean;
}

export const LIGHTS = 3;

const VERTEX = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D photo, surface; // surface: normal, depth in metres (0 on the background)
uniform vec2 size;
uniform vec4 camera; // fx, fy, cx, cy
uniform vec3 lightPosition[${LIGHTS}], lightColor[${LIGHTS}];
uniform float lightBrightness[${LIGHTS}];
uniform float ambient, shine;
uniform bool showNormals;
out vec4 color;

vec3 linear(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 encoded(vec3 c) { return mix(c * 12.92, 1.055 * pow(max(c, 0.0), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }

struct Surface { vec3 normal; float metres; float cover; };

// Smooths the normals a little, because light makes errors visible that the depth hides. cover is the share of surface in
// the neighborhood, with which the light fades out.
Surface surfaceAt(ivec2 pixel) {
  vec3 sum = vec3(0.0);
  float there = 0.0;
  for (int y = -2; y <= 2; ++y)
    for (int x = -2; x <= 2; ++x) {
      vec4 near = texelFetch(surface, clamp(pixel + 2 * ivec2(x, y), ivec2(0), ivec2(size) - 1), 0);
      sum += near.xyz;
      there += step(1e-6, near.w);
    }
  return Surface(sum, texelFetch(surface, pixel, 0).w, there / 25.0);
}

// Compresses bright light instead of clipping it.
vec3 rolledOff(vec3 light) { return mix(light, 1.0 - 0.4 * exp(-(light - 0.6) / 0.4), step(0.6, light)); }

void main() {
  vec2 at = vec2(gl_FragCoord.x, size.y - gl_FragCoord.y);
  ivec2 pixel = ivec2(at);
  vec3 albedo = linear(texelFetch(photo, pixel, 0).rgb);
  Surface here = surfaceAt(pixel);
  if (here.metres <= 0.0 || dot(here.normal, here.normal) < 1e-6) {
    color = vec4(showNormals ? vec3(0.08) : encoded(albedo * ambient), 1.0);
    return;
  }
  vec3 normal = normalize(here.normal);
  if (showNormals) {
    color = vec4(normal * vec3(0.5, -0.5, -0.5) + 0.5, 1.0);
    return;
  }
  vec3 point = vec3((at - camera.zw) / camera.xy * here.metres, here.metres);
  vec3 toEye = normalize(-point);
  vec3 light = vec3(0.0);
  for (int i = 0; i < ${LIGHTS}; ++i) {
    vec3 toLight = lightPosition[i] - point;
    float falloff = 1.0 / (1.0 + 18.0 * dot(toLight, toLight));
    toLight = normalize(toLight);
    float facing = max(0.0, (dot(normal, toLight) + 0.15) / 1.15);
    float gloss = pow(max(0.0, dot(normal, normalize(toLight + toEye))), 24.0) * step(0.001, facing);
    light += linear(lightColor[i]) * lightBrightness[i] * falloff * (albedo * facing * 2.4 + shine * 0.35 * gloss);
  }
  color = vec4(encoded(rolledOff(albedo * ambient + light * smoothstep(0.35, 0.95, here.cover))), 1.0);
}`;

function compile(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true)
    throw new Error(`The lights could not be set up on this device. (${gl.getProgramInfoLog(program)})`);
  return program;
}

export class Lighting {
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly textures: WebGLTexture[];
  private surface = new Float32Array(0);
  private camera: Intrinsics | undefined;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { preserveDrawingBuffer: true });
    if (gl === null) throw new Error('This browser has no WebGL 2, which the lights need. Try a current browser.');
    this.gl = gl;
    this.program = compile(gl);
    this.textures = [0, 1].map((unit) => this.texture(unit));
  }

  private texture(unit: number): WebGLTexture {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
    return texture;
  }

  /** Uploads a picture and its surface, both of the same size. */
  setPicture(picture: TexImageSource, depth: DepthMap, metres: Float32Array, normals: Float32Array): void {
    const { gl } = this;
    const { width, height } = depth;
    if (this.surface.length !== width * height * 4) this.surface = new Float32Array(width * height * 4);
    const mask = depth.mask();
    for (let pixel = 0; pixel < width * height; ++pixel) {
      for (let axis = 0; axis < 3; ++axis) this.surface[4 * pixel + axis] = normals[3 * pixel + axis]!;
      this.surface[4 * pixel + 3] = mask[pixel]! >= PERSON_MASK ? metres[pixel]! : 0;
    }
    this.canvas.width = width;
    this.canvas.height = height;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.textures[0]!);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.textures[1]!);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, width, height, 0, gl.RGBA, gl.FLOAT, this.surface);
    this.camera = depth.intrinsics();
  }

  draw({ lights, ambient, shine, showNormals }: Scene): void {
    const { gl, program, camera } = this;
    if (camera === undefined) return;
    const at = (name: string) => gl.getUniformLocation(program, name);
    gl.viewport(0, 0, camera.width, camera.height);
    gl.useProgram(program);
    gl.uniform1i(at('photo'), 0);
    gl.uniform1i(at('surface'), 1);
    gl.uniform2f(at('size'), camera.width, camera.height);
    gl.uniform4f(at('camera'), camera.fx, camera.fy, camera.cx, camera.cy);
    gl.uniform3fv(
      at('lightPosition'),
      lights.flatMap((light) => light.position),
    );
    gl.uniform3fv(
      at('lightColor'),
      lights.flatMap((light) => light.color),
    );
    gl.uniform1fv(
      at('lightBrightness'),
      lights.map((light) => light.brightness),
    );
    gl.uniform1f(at('ambient'), ambient);
    gl.uniform1f(at('shine'), shine);
    gl.uniform1i(at('showNormals'), showNormals ? 1 : 0);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}
