// Draws 3D photos with WebGL 2. All 3D photos of a page share one context, because browsers allow few.

import { PortraitDepthError, type CameraPose, type Intrinsics, type Mesh } from './index.js';
import { clipFromPhoto } from './webgl_view.js';

/** A mesh and its texture. */
export interface SurfaceData {
  mesh: Mesh;
  /** sRGB with straight alpha. */
  texture: ImageData;
}

export interface SceneData {
  intrinsics: Intrinsics;
  /** null for a transparent background. */
  background: SurfaceData | null;
  person: SurfaceData;
}

interface Surface {
  vertices: WebGLVertexArrayObject;
  buffers: WebGLBuffer[];
  texture: WebGLTexture;
  indexCount: number;
}

/** A 3D photo in the context's memory. */
export interface Scene {
  readonly intrinsics: Intrinsics;
  readonly surfaces: readonly Surface[];
}

const VERTEX_SHADER = `#version 300 es
uniform mat4 clipFromPhoto;
layout(location = 0) in vec3 position;
layout(location = 1) in vec2 textureCoordinate;
out vec2 at;
void main() {
  at = textureCoordinate;
  gl_Position = clipFromPhoto * vec4(position, 1);
}`;

/** Below this alpha, a pixel of the person lets the surfaces behind it show. */
const LEAST_ALPHA = '0.01';

/** The texture returns linear light; the canvas takes sRGB, premultiplied. */
const FRAGMENT_SHADER = `#version 300 es
precision highp float;
uniform sampler2D colors;
in vec2 at;
out vec4 pixel;
void main() {
  vec4 light = texture(colors, at);
  if (light.a < ${LEAST_ALPHA}) discard;
  vec3 low = light.rgb * 12.92, high = 1.055 * pow(light.rgb, vec3(1.0 / 2.4)) - 0.055;
  pixel = vec4(mix(high, low, lessThanEqual(light.rgb, vec3(0.0031308))), 1) * light.a;
}`;

const POSITION = 0;
const TEXTURE_COORDINATE = 1;
const ANISOTROPY = 4;

const noWebGL = () =>
  new PortraitDepthError(
    'unsupported',
    'This browser has no WebGL 2, which the moving 3D photo needs; enable hardware acceleration or use another browser.',
  );

export class SceneRenderer extends EventTarget {
  private readonly canvas = document.createElement('canvas');
  private readonly gl: WebGL2RenderingContext;
  private program: WebGLProgram | undefined;
  private readonly scenes = new Set<Scene>();

  /** Throws PortraitDepthError in a browser without WebGL 2. */
  constructor() {
    super();
    const gl = this.canvas.getContext('webgl2', { alpha: true, antialias: true, powerPreference: 'low-power' });
    if (gl === null) throw noWebGL();
    this.gl = gl;
    this.canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault(); // the browser restores the context
      this.program = undefined;
      this.scenes.clear();
    });
    /** Scenes are lost with the context: their owners upload them again. */
    this.canvas.addEventListener('webglcontextrestored', () => this.dispatchEvent(new Event('restored')));
  }

  upload({ intrinsics, background, person }: SceneData): Scene {
    const surfaces = (background === null ? [person] : [background, person]).map((data) => this.uploadSurface(data));
    const scene = { intrinsics, surfaces };
    this.scenes.add(scene);
    return scene;
  }

  private uploadSurface({ mesh, texture }: SurfaceData): Surface {
    const { gl } = this;
    const vertices = gl.createVertexArray();
    gl.bindVertexArray(vertices);
    const buffers = [
      this.uploadAttribute(POSITION, 3, mesh.positions),
      this.uploadAttribute(TEXTURE_COORDINATE, 2, mesh.textureCoordinates),
      this.uploadBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.indices),
    ];
    gl.bindVertexArray(null);
    return { vertices, buffers, texture: this.uploadTexture(texture), indexCount: mesh.indices.length };
  }

  private uploadBuffer(target: GLenum, data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): WebGLBuffer {
    const { gl } = this;
    const buffer = gl.createBuffer();
    gl.bindBuffer(target, buffer);
    gl.bufferData(target, data, gl.STATIC_DRAW);
    return buffer;
  }

  private uploadAttribute(location: number, size: number, data: Float32Array<ArrayBuffer>): WebGLBuffer {
    const { gl } = this;
    const buffer = this.uploadBuffer(gl.ARRAY_BUFFER, data);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, gl.FLOAT, false, 0, 0);
    return buffer;
  }

  private uploadTexture({ data, width, height }: ImageData): WebGLTexture {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const bytes = new Uint8Array(data.buffer as ArrayBuffer);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.SRGB8_ALPHA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    for (const axis of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, axis, gl.CLAMP_TO_EDGE);
    const anisotropic = gl.getExtension('EXT_texture_filter_anisotropic');
    if (anisotropic !== null) gl.texParameterf(gl.TEXTURE_2D, anisotropic.TEXTURE_MAX_ANISOTROPY_EXT, ANISOTROPY);
    return texture;
  }

  /** Draws the scene over the whole of `target`. Leaves it unchanged while the context is lost. */
  draw(scene: Scene, pose: CameraPose, target: HTMLCanvasElement): void {
    const { gl, canvas } = this;
    if (gl.isContextLost() || !this.scenes.has(scene)) return;
    const { width, height } = target;
    // The canvas only grows, because each change of its size replaces its memory.
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    this.useProgram(clipFromPhoto(pose, scene.intrinsics));
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const { vertices, texture, indexCount } of scene.surfaces) {
      gl.bindVertexArray(vertices);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.drawElements(gl.TRIANGLES, indexCount, gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);
    const context = target.getContext('2d')!;
    context.globalCompositeOperation = 'copy';
    context.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, width, height);
  }

  private useProgram(matrix: Float32Array): void {
    const { gl } = this;
    this.program ??= this.link();
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(gl.getUniformLocation(this.program, 'clipFromPhoto'), false, matrix);
  }

  private link(): WebGLProgram {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX_SHADER],
      [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
    ] as const) {
      const shader = gl.createShader(type)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) throw noWebGL();
    return program;
  }

  /** Frees the scene's memory. */
  remove(scene: Scene): void {
    const { gl } = this;
    if (!this.scenes.delete(scene)) return;
    for (const { vertices, buffers, texture } of scene.surfaces) {
      gl.deleteVertexArray(vertices);
      gl.deleteTexture(texture);
      for (const buffer of buffers) gl.deleteBuffer(buffer);
    }
  }
}

let shared: SceneRenderer | undefined;

/** The page's renderer. Throws PortraitDepthError in a browser without WebGL 2. */
export function sceneRenderer(): SceneRenderer {
  shared ??= new SceneRenderer();
  return shared;
}
