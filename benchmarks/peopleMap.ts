/** The browser's half of benchmarks/peopleMap.mjs. */
import { Random } from '../src/lib/core/base/random';
import { cameraAt, standingBack, zoomed, moved, type Standing } from '../src/lib/ui/charts/scatter/camera';
import { createCanvasPainter } from '../src/lib/ui/charts/scatter/canvas';
import { chooseInside } from '../src/lib/ui/charts/scatter/choose';
import { gridOf, nearest, typicalDensity } from '../src/lib/ui/charts/scatter/grid';
import { alphaFor, radiusFor } from '../src/lib/ui/charts/scatter/look';
import { extentOf, groupCentres, type Points } from '../src/lib/ui/charts/scatter/points';
import { createWebglPainter } from '../src/lib/ui/charts/scatter/webgl';

const [width, height] = [900, 520];
const secondsOfMoving = 3;

export async function measureMap(sizes: number[]): Promise<{ renderer: string; rows: object[] }> {
  const rows: object[] = [];
  for (const size of sizes) {
    for (const create of [createWebglPainter, createCanvasPainter]) rows.push(await measure(clusters(size, 8), create));
  }
  return { renderer: rendererName(), rows };
}

async function measure(points: Points, create: typeof createWebglPainter): Promise<object> {
  const canvas = document.createElement('canvas');
  canvas.style.cssText = `width: ${width}px; height: ${height}px`;
  document.body.replaceChildren(canvas);
  const painter = create(canvas);
  if (!painter) return { points: points.x.length, kind: 'none', frames: 0, still: 0, lasso: 0, prepare: 0, hover: 0 };
  const started = performance.now();
  const extent = extentOf(points);
  const grid = gridOf(points, extent);
  const density = typicalDensity(points);
  groupCentres(points);
  const prepare = performance.now() - started;
  painter.setPoints(points);
  const palette = new Uint8Array(1024).map((_, at) => (at % 4 === 3 ? 255 : (at * 37) % 200));
  const paint = (standing: Standing, isMoving: boolean) => {
    const camera = cameraAt(standing, extent, width, height);
    const radius = radiusFor(extent.placed, standing.zoom);
    painter.paint({ camera, ratio: 1, radius, alpha: alphaFor(density / camera.scale ** 2, radius), palette, isMoving });
    return camera;
  };

  let standing = standingBack(extent);
  let frames = 0;
  const begun = performance.now();
  while (performance.now() - begun < secondsOfMoving * 1000) {
    const camera = cameraAt(standing, extent, width, height);
    standing = zoomed(standing, camera, extent, frames % 120 < 60 ? 1.03 : 1 / 1.03, width / 3, height / 2);
    standing = moved(standing, camera, extent, Math.sin(frames / 20) * 6, Math.cos(frames / 20) * 6);
    paint(standing, true);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    frames++;
  }
  const perSecond = (frames * 1000) / (performance.now() - begun);

  const stands = performance.now();
  const camera = paint(standingBack(extent), false);
  finish(canvas);
  const still = performance.now() - stands;

  const shown = new Uint8Array(256).fill(1);
  const corners = Array.from({ length: 200 }, (_, i) => (i / 200) * 2 * Math.PI);
  const reach = (extent.right - extent.left) / 3;
  const outline = { x: corners.map((at) => camera.x + reach * Math.cos(at)), y: corners.map((at) => camera.y + reach * Math.sin(at)) };
  const drawn = performance.now();
  chooseInside(points, shown, outline);
  const lasso = performance.now() - drawn;
  const hovered = performance.now();
  const random = new Random(2);
  for (let i = 0; i < 1000; i++)
    nearest(grid, points, shown, camera.x + reach * random.normal(), camera.y + reach * random.normal(), 8 / camera.scale);
  const hover = performance.now() - hovered;
  painter.dispose();
  return { points: points.x.length, kind: painter.kind, frames: perSecond, still, lasso, prepare, hover };
}

/** Reads a pixel back, which waits until all of them are drawn. */
function finish(canvas: HTMLCanvasElement): void {
  const one = new OffscreenCanvas(1, 1).getContext('2d')!;
  one.drawImage(canvas, 0, 0);
  one.getImageData(0, 0, 1, 1);
}

function clusters(size: number, count: number): Points {
  const random = new Random(1);
  const points = { x: new Float32Array(size), y: new Float32Array(size), groups: new Uint8Array(size) };
  for (let i = 0; i < size; i++) {
    const group = random.below(count);
    points.groups[i] = group;
    points.x[i] = 3 * Math.cos(group) + random.normal() * 0.7;
    points.y[i] = 2 * Math.sin(group * 1.7) + random.normal() * 0.5;
  }
  return points;
}

function rendererName(): string {
  const gl = document.createElement('canvas').getContext('webgl2');
  const named = gl?.getExtension('WEBGL_debug_renderer_info');
  return gl ? String(gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : gl.RENDERER)) : 'nothing';
}
