import { isSoftwareGpu } from '$lib/core/base/softwareGpu';
import { chosenAlpha, unchosenPart, type Painter, type Picture } from './painter';
import { hasPlace, type Points } from './points';

/** A point is a square of the picture with a disc on it, its rim one device pixel soft. */
const vertexShader = `#version 300 es
precision highp float;
layout(location = 0) in float x;
layout(location = 1) in float y;
layout(location = 2) in uvec4 mark;
uniform highp sampler2D palette;
uniform vec2 middle;
uniform vec2 scale;
uniform float diameter;
uniform float alpha;
uniform int only;
out vec4 color;
void main() {
  vec4 own = texelFetch(palette, ivec2(int(mark.x), 0), 0);
  bool isDrawn = mark.z == 1u && (only < 0 || int(mark.y) == only);
  gl_Position = isDrawn ? vec4((vec2(x, y) - middle) * scale, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = diameter + 1.0;
  float opacity = own.a * alpha;
  color = vec4(own.rgb * opacity, opacity);
}`;
const fragmentShader = `#version 300 es
precision highp float;
in vec4 color;
uniform float diameter;
out vec4 pixel;
void main() {
  float fromMiddle = length(gl_PointCoord - 0.5) * (diameter + 1.0);
  pixel = color * clamp(diameter * 0.5 + 0.5 - fromMiddle, 0.0, 1.0);
}`;

/**
 * Whether WebGL is worth its while here: the browser has it, and a graphics processor behind it. Played by the processor
 * it is six times slower than our own drawing (decision 0056).
 */
export function hasGraphicsProcessor(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) return false;
  const named = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return !isSoftwareGpu(name);
}

/** Draws with WebGL 2; `null` where there is none. A context that was lost draws nothing until the browser gives it back. */
export function createWebglPainter(canvas: HTMLCanvasElement): Painter | null {
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false, stencil: false, powerPreference: 'high-performance' });
  if (!gl) return null;
  let made = prepare(gl);
  if (!made) return null;
  let points: Points | null = null;
  let chosen: Uint8Array | null = null;
  let hasChosen = false;

  const painter: Painter = {
    kind: 'webgl',
    setPoints(next) {
      points = next;
      upload(gl, made!.x, next.x);
      upload(gl, made!.y, next.y);
      upload(gl, made!.marks, marksOf(next, null));
      [chosen, hasChosen] = [null, false];
    },
    setChosen(next) {
      if (!points || (next === null && chosen === null)) return;
      chosen = next;
      hasChosen = next !== null && next.includes(1);
      upload(gl, made!.marks, marksOf(points, next));
    },
    paint({ camera, ratio, radius, alpha, palette }: Picture) {
      const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (!points || points.x.length === 0 || gl.isContextLost()) return;
      const { at } = made!;
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, palette);
      gl.uniform2f(at.middle, camera.x, camera.y);
      gl.uniform2f(at.scale, (2 * camera.scale) / camera.width, (2 * camera.scale) / camera.height);
      gl.uniform1f(at.diameter, 2 * radius * ratio);
      const draw = (only: number, opacity: number) => {
        gl.uniform1i(at.only, only);
        gl.uniform1f(at.alpha, opacity);
        gl.drawArrays(gl.POINTS, 0, points!.x.length);
      };
      if (!hasChosen) draw(-1, alpha);
      else {
        draw(0, alpha * unchosenPart);
        draw(1, Math.max(alpha, chosenAlpha));
      }
    },
    dispose() {
      canvas.removeEventListener('webglcontextrestored', restore);
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };

  /** All that the graphics processor held is gone, so it is told again. */
  function restore(): void {
    made = prepare(gl!);
    const [heldPoints, heldChosen] = [points, chosen];
    if (!made || !heldPoints) return;
    painter.setPoints(heldPoints);
    painter.setChosen(heldChosen);
  }
  canvas.addEventListener('webglcontextrestored', restore);
  return painter;
}

interface Prepared {
  x: WebGLBuffer;
  y: WebGLBuffer;
  marks: WebGLBuffer;
  at: Record<'middle' | 'scale' | 'diameter' | 'alpha' | 'only', WebGLUniformLocation | null>;
}

function prepare(gl: WebGL2RenderingContext): Prepared | null {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  // Colours come multiplied by their opacity.
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  const buffer = (location: number, describe: () => void) => {
    const made = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, made);
    gl.enableVertexAttribArray(location);
    describe();
    return made;
  };
  const uniform = (name: string) => gl.getUniformLocation(program, name);
  return {
    x: buffer(0, () => gl.vertexAttribPointer(0, 1, gl.FLOAT, false, 0, 0)),
    y: buffer(1, () => gl.vertexAttribPointer(1, 1, gl.FLOAT, false, 0, 0)),
    marks: buffer(2, () => gl.vertexAttribIPointer(2, 4, gl.UNSIGNED_BYTE, 0, 0)),
    at: {
      middle: uniform('middle'),
      scale: uniform('scale'),
      diameter: uniform('diameter'),
      alpha: uniform('alpha'),
      only: uniform('only'),
    },
  };
}

/** Group, chosen and placed of each point, and a byte that keeps them apart by four, as graphics processors want them. */
function marksOf({ x, y, groups }: Points, chosen: Uint8Array | null): Uint8Array {
  const marks = new Uint8Array(x.length * 4);
  for (let i = 0; i < x.length; i++) {
    marks[i * 4] = groups[i];
    if (chosen) marks[i * 4 + 1] = chosen[i];
    if (hasPlace(x[i], y[i])) marks[i * 4 + 2] = 1;
  }
  return marks;
}

function upload(gl: WebGL2RenderingContext, buffer: WebGLBuffer, values: Float32Array | Uint8Array): void {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
}
