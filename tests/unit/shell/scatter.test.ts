import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/lib/core/base/random';
import { cameraAt, moved, standingBack, toMap, toPixel, zoomed } from '../../../src/lib/ui/charts/scatter/camera';
import { chooseInside, chosenIndices } from '../../../src/lib/ui/charts/scatter/choose';
import { gridOf, nearest, typicalDensity } from '../../../src/lib/ui/charts/scatter/grid';
import { groupLabels } from '../../../src/lib/ui/charts/scatter/labels';
import { alphaFor, radiusFor } from '../../../src/lib/ui/charts/scatter/look';
import { extentOf, groupCentres, noGroup, type Points } from '../../../src/lib/ui/charts/scatter/points';

const everybody = new Uint8Array(256).fill(1);

function pointsOf(rows: readonly (readonly [x: number, y: number, group?: number])[]): Points {
  return {
    x: Float32Array.from(rows, ([x]) => x),
    y: Float32Array.from(rows, ([, y]) => y),
    groups: Uint8Array.from(rows, ([, , group = 0]) => group),
  };
}

function randomPoints(count: number, seed: number): Points {
  const random = new Random(seed);
  return pointsOf(Array.from({ length: count }, () => [random.normal(), random.normal(), random.below(3)] as const));
}

describe('the lasso', () => {
  it('takes in whoever stands inside the line, of the groups that are looked at', () => {
    const points = pointsOf([
      [1, 1],
      [3, 1],
      [1, 1, 1],
      [NaN, 1],
      [1, NaN],
    ]);
    const square = { x: [0, 2, 2, 0], y: [0, 0, 2, 2] };
    expect([...chosenIndices(chooseInside(points, everybody, square))]).toEqual([0, 2]);
    const firstOnly = new Uint8Array(256);
    firstOnly[0] = 1;
    expect([...chosenIndices(chooseInside(points, firstOnly, square))]).toEqual([0]);
    expect([...chosenIndices(chooseInside(points, everybody, { x: [0, 2], y: [0, 2] }))]).toEqual([]);
  });

  it('leaves out what the line goes around twice', () => {
    const points = pointsOf([
      [5, 5],
      [1, 5],
    ]);
    const twice = { x: [0, 10, 10, 0, 0, 3, 7, 7, 3, 3], y: [0, 0, 10, 10, 0, 3, 3, 7, 7, 3] };
    expect([...chooseInside(points, everybody, twice)]).toEqual([0, 1]);
  });

  it('says the same as a plain loop over every side, for any line', () => {
    const corner = fc.record({ x: fc.double({ min: -3, max: 3, noNaN: true }), y: fc.double({ min: -3, max: 3, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 40 }), fc.integer(), (corners, seed) => {
        const points = randomPoints(200, seed);
        const outline = { x: corners.map(({ x }) => x), y: corners.map(({ y }) => y) };
        const plain = Array.from(points.x, (px, i) => {
          let crossings = 0;
          corners.forEach(({ x: x1, y: y1 }, at) => {
            const { x: x0, y: y0 } = corners.at(at - 1)!;
            const py = points.y[i];
            if ((y0 <= py && y1 > py) || (y1 <= py && y0 > py)) crossings += px < x0 + ((py - y0) / (y1 - y0)) * (x1 - x0) ? 1 : 0;
          });
          return crossings % 2;
        });
        expect([...chooseInside(points, everybody, outline)]).toEqual(plain);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('the point under the pointer', () => {
  it('is the nearest of all within reach', () => {
    const points = randomPoints(2000, 3);
    const grid = gridOf(points, extentOf(points));
    const random = new Random(4);
    for (let asked = 0; asked < 100; asked++) {
      const [atX, atY, reach] = [random.normal(), random.normal(), 0.3 * random.uniform()];
      const distance = (i: number) => Math.hypot(points.x[i] - atX, points.y[i] - atY);
      const all = Array.from({ length: 2000 }, (_, i) => i).sort((a, b) => distance(a) - distance(b));
      expect(nearest(grid, points, everybody, atX, atY, reach)).toBe(distance(all[0]) <= reach ? all[0] : -1);
    }
  });

  it('is found where all stand at one place, on one line, or alone', () => {
    for (const rows of [
      [[2, 2]],
      [
        [2, 2],
        [2, 2],
        [2, 2],
      ],
      [
        [0, 2],
        [2, 2],
        [4, 2],
      ],
    ] as [number, number][][]) {
      const points = pointsOf(rows);
      const grid = gridOf(points, extentOf(points));
      const found = nearest(grid, points, everybody, 2.01, 2, 0.1);
      expect([points.x[found], points.y[found]]).toEqual([2, 2]);
      expect(nearest(grid, points, everybody, 9, 9, 0.1)).toBe(-1);
    }
    const nobody = pointsOf([[NaN, NaN]]);
    expect(nearest(gridOf(nobody, extentOf(nobody)), nobody, everybody, 0, 0, 1)).toBe(-1);
  });
});

describe('where one stands', () => {
  const extent = { left: -10, right: 30, bottom: 100, top: 110, placed: 9 };

  it('at first shows everybody, with room around', () => {
    const camera = cameraAt(standingBack(extent), extent, 800, 400);
    const [low, high] = [toPixel(camera, -10, 100), toPixel(camera, 30, 110)];
    expect(low.x).toBeGreaterThan(0);
    expect(high.x).toBeLessThan(800);
    expect(high.y).toBeGreaterThan(0);
    expect(low.y).toBeLessThan(400);
    // Up on the map is up on the screen, and a unit is as long either way.
    expect(low.y).toBeGreaterThan(high.y);
    expect((high.x - low.x) / 40).toBeCloseTo((low.y - high.y) / 10, 9);
  });

  it('zooms about what lies under the pointer, and back', () => {
    const from = standingBack(extent);
    const camera = cameraAt(from, extent, 800, 400);
    const under = toMap(camera, 300, 200);
    const closer = zoomed(from, camera, extent, 4, 300, 200);
    const near = cameraAt(closer, extent, 800, 400);
    expect(toPixel(near, under.x, under.y).x).toBeCloseTo(300, 9);
    const back = zoomed(closer, near, extent, 1 / 4, 300, 200);
    expect(back.x).toBeCloseTo(from.x, 9);
    expect(zoomed({ ...from, zoom: 400 }, camera, extent, 2, 0, 0).zoom).toBe(400);
  });

  it('never pulls the people out of sight', () => {
    const from = standingBack(extent);
    const camera = cameraAt(from, extent, 800, 400);
    expect(moved(from, camera, extent, 1e6, -1e6)).toEqual({ x: -10, y: 100, zoom: 1 });
  });
});

describe('how it looks', () => {
  it('points are smaller and fainter where there are more, and stay visible', () => {
    expect(radiusFor(200_000, 1)).toBeLessThan(radiusFor(2000, 1));
    expect(radiusFor(200_000, 50)).toBeGreaterThan(radiusFor(200_000, 1));
    expect(alphaFor(3, 1.6)).toBeLessThan(alphaFor(0.5, 1.6));
    expect(alphaFor(1e9, 1.6)).toBeGreaterThanOrEqual(0.1);
    expect(alphaFor(0, 5)).toBeLessThanOrEqual(1);
  });

  it('density is that around a typical point: a lone one far away changes nothing', () => {
    const points = randomPoints(4000, 5);
    const alone = typicalDensity(points);
    // A normal crowd has 4000 / 2π at its middle, and half of that where the middle one of all stands.
    expect(alone).toBeGreaterThan(4000 / (2 * Math.PI) / 4);
    expect(alone).toBeLessThan((4000 / (2 * Math.PI)) * 1.5);
    points.x[0] = 1e4;
    points.y[0] = -1e4;
    expect(typicalDensity(points) / alone).toBeCloseTo(1, 1);
  });

  it('names stand at the median of their group and not over one another', () => {
    const points = pointsOf([
      [0, 0, 0],
      [1, 1, 0],
      [100, 100, 0],
      [1, 1.01, 1],
      [5, 5, noGroup],
      [NaN, 0, 1],
    ]);
    const centres = groupCentres(points);
    expect(centres.map(({ group, count, x }) => [group, count, x])).toEqual([
      [0, 3, 1],
      [1, 1, 1],
      [noGroup, 1, 5],
    ]);
    const extent = extentOf(points);
    const labels = groupLabels(centres, ['Loyal', 'New'], everybody, cameraAt(standingBack(extent), extent, 600, 400));
    expect(labels.map(({ name }) => name)).toEqual(['Loyal', 'New']);
    expect(Math.abs(labels[0].y - labels[1].y)).toBeGreaterThanOrEqual(18);
  });
});
