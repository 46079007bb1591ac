/** The share of what lies under a typical point's surroundings that its points together cover. */
const covered = 0.8;
/** Below this a person who stands alone could not be seen. */
const leastAlpha = 0.1;

/** Radius of a point in CSS pixels: smaller where there are many, growing slowly as one comes closer. */
export function radiusFor(points: number, zoom: number): number {
  const alone = Math.min(5, Math.max(1, 6 * (Math.max(1, points) / 300) ** -0.2));
  return Math.min(7, alone * Math.max(1, zoom) ** 0.3);
}

/**
 * How opaque one point is, so that a crowd shows where it is densest instead of a blot: `n` points over one another
 * cover 1 - (1 - alpha)^n, and that is 80 % for the middle one of all points.
 * @param density points for one square pixel around the middle one of all points
 */
export function alphaFor(density: number, radius: number): number {
  const over = Math.max(1, density * Math.PI * radius ** 2);
  return Math.max(leastAlpha, 1 - (1 - covered) ** (1 / over));
}
