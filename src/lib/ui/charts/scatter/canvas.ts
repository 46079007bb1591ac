import { chosenAlpha, unchosenPart, type Painter, type Picture } from './painter';
import { hasPlace, type Points } from './points';

/** While the picture moves no more points are drawn than a frame has time for; all of them once it stands still. */
const mostWhileMoving = 120_000;

/**
 * Draws without a graphics processor: discs are blended into an array of pixels that is put on the canvas whole. A path
 * for each point would take a second for 200,000.
 */
export function createCanvasPainter(canvas: HTMLCanvasElement): Painter | null {
  const context = canvas.getContext('2d');
  if (!context) return null;
  let points: Points | null = null;
  let chosen: Uint8Array | null = null;
  let hasChosen = false;
  let image: ImageData | null = null;
  /** Red, green, blue (times opacity) and opacity of each pixel. */
  let blended = new Float32Array(0);

  return {
    kind: 'canvas',
    setPoints(next) {
      points = next;
      [chosen, hasChosen] = [null, false];
    },
    setChosen(next) {
      chosen = next;
      hasChosen = next !== null && next.includes(1);
    },
    paint(picture) {
      const { camera, ratio, alpha, isMoving } = picture;
      const [width, height] = [Math.max(1, Math.round(camera.width * ratio)), Math.max(1, Math.round(camera.height * ratio))];
      if (!image || image.width !== width || image.height !== height) {
        [canvas.width, canvas.height] = [width, height];
        image = new ImageData(width, height);
        blended = new Float32Array(width * height * 4);
      } else blended.fill(0);
      if (points) {
        const step = isMoving ? Math.ceil(points.x.length / mostWhileMoving) : 1;
        // Fewer points, each as opaque as those that it stands for together.
        const together = (opacity: number) => 1 - (1 - opacity) ** step;
        const blend = (only: number, opacity: number) =>
          blendPoints(blended, width, height, points!, only < 0 ? null : chosen, only, step, together(opacity), picture);
        if (!hasChosen) blend(-1, alpha);
        else {
          blend(0, alpha * unchosenPart);
          blend(1, Math.max(alpha, chosenAlpha));
        }
      }
      writePixels(blended, image.data);
      context.putImageData(image, 0, 0);
    },
    dispose() {
      [points, chosen, image] = [null, null, null];
    },
  };
}

function blendPoints(
  blended: Float32Array,
  width: number,
  height: number,
  { x, y, groups }: Points,
  chosen: Uint8Array | null,
  only: number,
  step: number,
  alpha: number,
  { camera, ratio, radius, palette }: Picture,
): void {
  const disc = discOf(radius * ratio, width);
  const scale = camera.scale * ratio;
  const [left, top] = [width / 2 - camera.x * scale, height / 2 + camera.y * scale];
  const reach = disc.reach;
  for (let i = 0; i < x.length; i += step) {
    if (chosen && chosen[i] !== only) continue;
    const column = Math.floor(left + x[i] * scale);
    const row = Math.floor(top - y[i] * scale);
    // Discs over the rim are left out: a row of pixels ends where the next begins.
    if (!(column >= reach && column < width - reach && row >= reach && row < height - reach) || !hasPlace(x[i], y[i])) continue;
    const own = groups[i] * 4;
    const opacity = (alpha * palette[own + 3]) / 255;
    const [red, green, blue] = [palette[own], palette[own + 1], palette[own + 2]];
    const middle = (row * width + column) * 4;
    for (let d = 0; d < disc.offsets.length; d++) {
      const at = middle + disc.offsets[d];
      const over = opacity * disc.cover[d];
      const under = 1 - over;
      blended[at] = blended[at] * under + red * over;
      blended[at + 1] = blended[at + 1] * under + green * over;
      blended[at + 2] = blended[at + 2] * under + blue * over;
      blended[at + 3] = blended[at + 3] * under + over;
    }
  }
}

/** The pixels of a disc as steps from its middle one, and how much of each it covers. */
function discOf(radius: number, width: number): { offsets: Int32Array; cover: Float32Array; reach: number } {
  const reach = Math.ceil(radius);
  const [offsets, cover]: [number[], number[]] = [[], []];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const part = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy)));
      if (part === 0) continue;
      offsets.push((dy * width + dx) * 4);
      cover.push(part);
    }
  }
  return { offsets: Int32Array.from(offsets), cover: Float32Array.from(cover), reach };
}

/** Canvases keep colours that are not multiplied by their opacity. */
function writePixels(blended: Float32Array, pixels: Uint8ClampedArray): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const opacity = blended[at + 3];
    if (opacity === 0) {
      pixels[at + 3] = 0;
      continue;
    }
    pixels[at] = blended[at] / opacity;
    pixels[at + 1] = blended[at + 1] / opacity;
    pixels[at + 2] = blended[at + 2] / opacity;
    pixels[at + 3] = opacity * 255;
  }
}
