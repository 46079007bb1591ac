import { cameraAt, moved, standingBack, toMap, zoomed, type Camera, type Standing } from './camera';
import { chooseInside, chosenIndices, type Outline } from './choose';
import { gridOf, nearest, typicalDensity } from './grid';
import { alphaFor, radiusFor } from './look';
import { extentOf, groupCentres, type Points } from './points';

/** What dragging does. Shift-drag is a lasso always. */
export type Dragging = 'move' | 'lasso' | 'frame';

/** A rectangle of the picture, in pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Pixel {
  x: number;
  y: number;
}

/** How far from a point the pointer may be and still mean it. */
const reach = 10;
const leastFrame = 12;
/** The picture counts as moving until so long after the last pull or zoom. */
const restMs = 160;

/** A map of people as it is looked at: from where, which group, who is chosen. */
export class PeopleMapState {
  width = $state(0);
  height = $state(0);
  dragging = $state<Dragging>('move');
  /** The one group that is looked at alone. */
  only = $state<number | null>(null);
  /** Set up and not chosen yet. */
  frame = $state.raw<Frame | null>(null);
  /** The line that is being drawn. */
  lasso = $state.raw<readonly Pixel[]>([]);
  /** 1 for each chosen point, `null` where no choice was made. */
  chosen = $state.raw<Uint8Array | null>(null);
  isMoving = $state(false);

  #points: () => Points;
  #onchoose: (indices: Uint32Array) => void;
  #standing = $state.raw<Standing | null>(null);
  #lastFrame: Frame | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  readonly points = $derived.by(() => this.#points());
  readonly extent = $derived(extentOf(this.points));
  readonly centres = $derived(groupCentres(this.points));
  readonly grid = $derived(gridOf(this.points, this.extent));
  readonly #density = $derived(typicalDensity(this.points));
  readonly standing = $derived(this.#standing ?? standingBack(this.extent));
  readonly camera: Camera = $derived(cameraAt(this.standing, this.extent, this.width, this.height));
  readonly radius = $derived(radiusFor(this.extent.placed, this.standing.zoom));
  readonly alpha = $derived(alphaFor(this.#density / this.camera.scale ** 2, this.radius));
  /** 1 for each group that is looked at. */
  readonly shown = $derived(new Uint8Array(256).fill(this.only === null ? 1 : 0).map((all, group) => (group === this.only ? 1 : all)));
  readonly chosenCount = $derived(this.chosen === null ? 0 : countOf(this.chosen));
  readonly frameCount = $derived(this.frame === null ? 0 : countOf(chooseInside(this.points, this.shown, this.#outlineOf(this.frame))));

  constructor(points: () => Points, onchoose: (indices: Uint32Array) => void) {
    this.#points = points;
    this.#onchoose = onchoose;
  }

  /** Other people are on the map: nothing of what was chosen among those before holds. */
  reset(): void {
    [this.#standing, this.frame, this.lasso, this.chosen, this.only] = [null, null, [], null, null];
  }

  showEverybody(): void {
    this.#standing = null;
  }

  move(dx: number, dy: number): void {
    this.#go(moved(this.standing, this.camera, this.extent, dx, dy));
  }

  /** @returns whether there was room for it */
  zoom(factor: number, at: Pixel = { x: this.width / 2, y: this.height / 2 }): boolean {
    const next = zoomed(this.standing, this.camera, this.extent, factor, at.x, at.y);
    if (next === this.standing) return false;
    this.#go(next);
    return true;
  }

  #go(standing: Standing): void {
    this.#standing = standing;
    this.isMoving = true;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => (this.isMoving = false), restMs);
  }

  /** The point that a pixel means, or -1. */
  pointAt(pixel: Pixel): number {
    const { x, y } = toMap(this.camera, pixel.x, pixel.y);
    return nearest(this.grid, this.points, this.shown, x, y, Math.max(reach, this.radius) / this.camera.scale);
  }

  /** A frame where the last one was, or in the middle. */
  putUpFrame(): void {
    const [width, height] = [this.width / 4, this.height / 4];
    this.frame = this.#lastFrame ?? { left: (this.width - width) / 2, top: (this.height - height) / 2, width, height };
  }

  moveFrame(dx: number, dy: number): void {
    if (!this.frame) return;
    const { width, height } = this.frame;
    const left = Math.min(this.width - width, Math.max(0, this.frame.left + dx));
    this.frame = { left, top: Math.min(this.height - height, Math.max(0, this.frame.top + dy)), width, height };
  }

  sizeFrame(dx: number, dy: number): void {
    if (!this.frame) return;
    const { left, top } = this.frame;
    const width = Math.min(this.width - left, Math.max(leastFrame, this.frame.width + dx));
    this.frame = { left, top, width, height: Math.min(this.height - top, Math.max(leastFrame, this.frame.height + dy)) };
  }

  chooseFrame(): void {
    if (!this.frame) return;
    this.#lastFrame = this.frame;
    const outline = this.#outlineOf(this.frame);
    this.frame = null;
    this.#choose(outline);
  }

  chooseLasso(): void {
    const corners = this.lasso.map(({ x, y }) => toMap(this.camera, x, y));
    this.lasso = [];
    if (corners.length > 2) this.#choose({ x: corners.map(({ x }) => x), y: corners.map(({ y }) => y) });
  }

  /** Takes back the last thing that stands: a line, a frame, then the choice. */
  escape(): void {
    if (this.lasso.length > 0) this.lasso = [];
    else if (this.frame) this.frame = null;
    else this.clear();
  }

  clear(): void {
    if (this.chosen === null) return;
    this.chosen = null;
    this.#onchoose(new Uint32Array(0));
  }

  #choose(outline: Outline): void {
    this.chosen = chooseInside(this.points, this.shown, outline);
    this.#onchoose(chosenIndices(this.chosen));
  }

  #outlineOf({ left, top, width, height }: Frame): Outline {
    const from = toMap(this.camera, left, top);
    const to = toMap(this.camera, left + width, top + height);
    return { x: [from.x, to.x, to.x, from.x], y: [from.y, from.y, to.y, to.y] };
  }
}

function countOf(chosen: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < chosen.length; i++) count += chosen[i];
  return count;
}
