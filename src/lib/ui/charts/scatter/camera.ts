import type { Extent } from './points';

/** Which part of the map is seen. */
export interface Camera {
  /** The place in the middle of the picture. */
  x: number;
  y: number;
  /** Pixels for one unit of the map; the same both ways, since distances are what a map is read for. */
  scale: number;
  /** The picture, in CSS pixels. */
  width: number;
  height: number;
}

/** Where a person is, whatever the size of the picture: the middle, and how much closer than with everybody in sight. */
export interface Standing {
  x: number;
  y: number;
  zoom: number;
}

/** From everybody with room around to a few people of a million. */
export const zoomLimits = { least: 0.8, most: 400 };
/** Pixels left free at each side where everybody is in sight. */
const margin = 28;

export function standingBack(extent: Extent): Standing {
  return { x: (extent.left + extent.right) / 2, y: (extent.bottom + extent.top) / 2, zoom: 1 };
}

export function cameraAt(standing: Standing, extent: Extent, width: number, height: number): Camera {
  return { x: standing.x, y: standing.y, scale: fitScale(extent, width, height) * standing.zoom, width, height };
}

/** Pixels a unit with everybody in sight. Where all stand at one place, or nobody is there, any scale will do. */
function fitScale({ left, right, bottom, top }: Extent, width: number, height: number): number {
  const across = Math.max(1, width - 2 * margin) / (right - left);
  const up = Math.max(1, height - 2 * margin) / (top - bottom);
  const scale = Math.min(across, up);
  return Number.isFinite(scale) && scale > 0 ? scale : 1;
}

export function toPixel(camera: Camera, x: number, y: number): { x: number; y: number } {
  return { x: camera.width / 2 + (x - camera.x) * camera.scale, y: camera.height / 2 - (y - camera.y) * camera.scale };
}

export function toMap(camera: Camera, pixelX: number, pixelY: number): { x: number; y: number } {
  return { x: camera.x + (pixelX - camera.width / 2) / camera.scale, y: camera.y - (pixelY - camera.height / 2) / camera.scale };
}

/** After the picture was pulled by so many pixels; the middle stays over the people. */
export function moved(standing: Standing, camera: Camera, extent: Extent, dx: number, dy: number): Standing {
  return {
    x: clamp(standing.x - dx / camera.scale, extent.left, extent.right),
    y: clamp(standing.y + dy / camera.scale, extent.bottom, extent.top),
    zoom: standing.zoom,
  };
}

/** Closer by a factor, with what lies under a pixel staying there; the same object at the limit. */
export function zoomed(standing: Standing, camera: Camera, extent: Extent, factor: number, pixelX: number, pixelY: number): Standing {
  const zoom = clamp(standing.zoom * factor, zoomLimits.least, zoomLimits.most);
  if (zoom === standing.zoom) return standing;
  const under = toMap(camera, pixelX, pixelY);
  const part = standing.zoom / zoom;
  return {
    x: clamp(under.x + (standing.x - under.x) * part, extent.left, extent.right),
    y: clamp(under.y + (standing.y - under.y) * part, extent.bottom, extent.top),
    zoom,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
