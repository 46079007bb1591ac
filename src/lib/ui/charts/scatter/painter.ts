import type { Camera } from './camera';
import type { Points } from './points';

/** Draws points on a canvas of its own. One contract, two ways: the graphics processor, or the page's own processor. */
export interface Painter {
  readonly kind: PainterKind;
  setPoints(points: Points): void;
  /** 1 for each chosen point; `null` where nothing is chosen. */
  setChosen(chosen: Uint8Array | null): void;
  /** Draws at once. */
  paint(picture: Picture): void;
  dispose(): void;
}

export type PainterKind = 'webgl' | 'canvas';

/** All that a picture depends on beside the points. */
export interface Picture {
  camera: Camera;
  /** Device pixels for a CSS pixel. */
  ratio: number;
  /** CSS pixels. */
  radius: number;
  /** Of one point, 0 to 1. */
  alpha: number;
  /** Red, green, blue and opacity of each group, four bytes each, 256 groups. */
  palette: Uint8Array;
  /** The picture is being pulled or zoomed: it may be coarser for the moment. */
  isMoving: boolean;
}

/** How much of itself whoever is not chosen keeps, where somebody is. */
export const unchosenPart = 0.22;
/** The chosen are drawn so strongly at least. */
export const chosenAlpha = 0.55;
