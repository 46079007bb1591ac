import { beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { Random } from '../../src/lib/core/base/random';
import { locale } from '../../src/lib/state/locale.svelte';
import { preferences } from '../../src/lib/state/preferences.svelte';
import PeopleMap from '../../src/lib/ui/charts/PeopleMap.svelte';
import { cameraAt, standingBack, toMap, toPixel } from '../../src/lib/ui/charts/scatter/camera';
import { createCanvasPainter } from '../../src/lib/ui/charts/scatter/canvas';
import type { Painter } from '../../src/lib/ui/charts/scatter/painter';
import { extentOf, type Points } from '../../src/lib/ui/charts/scatter/points';
import { createWebglPainter } from '../../src/lib/ui/charts/scatter/webgl';
import { expectAccessible } from './accessibility';

const height = 400;

/** Loyal ones around (0, 0), new ones around (20, 0), and one without a place. */
function twoGroups(count = 1000): Points {
  const random = new Random(1);
  const points = { x: new Float32Array(count), y: new Float32Array(count), groups: new Uint8Array(count) };
  for (let i = 0; i < count; i++) {
    points.groups[i] = i % 2;
    points.x[i] = 20 * (i % 2) + random.normal();
    points.y[i] = random.normal();
  }
  points.x[7] = NaN;
  return points;
}

const props = (more: object = {}) => ({ title: 'Customers', ...twoGroups(), names: ['Loyal', 'New'], height, ...more });
const surface = () => page.getByRole('application', { name: 'Customers' });

beforeEach(() => locale.set('en'));

/** Colour of a canvas at a CSS pixel, and how many pixels are not empty. */
function look(canvas: HTMLCanvasElement, at: { x: number; y: number }): { pixel: number[]; drawn: number } {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn++;
  return { pixel: [...copy.getImageData(Math.floor(at.x), Math.floor(at.y), 1, 1).data], drawn };
}

describe.each([
  ['WebGL', createWebglPainter],
  ['the processor', createCanvasPainter],
])('drawn by %s', (_, create) => {
  const points: Points = { x: Float32Array.of(0, 4, NaN, 2), y: Float32Array.of(0, 2, 0, 1), groups: Uint8Array.of(0, 1, 0, 2) };
  const extent = extentOf(points);
  const camera = cameraAt(standingBack(extent), extent, 200, 120);
  const palette = new Uint8Array(1024);
  palette.set([255, 0, 0, 255, 0, 0, 255, 255, 0, 255, 0, 0]);
  const painted = (painter: Painter) => painter.paint({ camera, ratio: 1, radius: 5, alpha: 1, palette, isMoving: false });

  it('each point has its place, size and colour; a hidden group and whoever has no place are not there', () => {
    const canvas = document.createElement('canvas');
    const painter = create(canvas)!;
    painter.setPoints(points);
    painted(painter);
    expect(look(canvas, toPixel(camera, 0, 0)).pixel).toEqual([255, 0, 0, 255]);
    expect(look(canvas, toPixel(camera, 4, 2)).pixel).toEqual([0, 0, 255, 255]);
    expect(look(canvas, toPixel(camera, 2, 1)).pixel[3]).toBe(0);
    // Two discs of radius five.
    const { drawn } = look(canvas, { x: 0, y: 0 });
    expect(drawn).toBeGreaterThan(2 * 60);
    expect(drawn).toBeLessThan(2 * 120);
    painter.dispose();
  });

  it('where some are chosen, the others fade', () => {
    const canvas = document.createElement('canvas');
    const painter = create(canvas)!;
    painter.setPoints(points);
    painter.setChosen(Uint8Array.of(1, 0, 0, 0));
    painted(painter);
    expect(look(canvas, toPixel(camera, 0, 0)).pixel[3]).toBe(255);
    expect(look(canvas, toPixel(camera, 4, 2)).pixel[3]).toBeLessThan(100);
    painter.setChosen(null);
    painted(painter);
    expect(look(canvas, toPixel(camera, 4, 2)).pixel[3]).toBe(255);
    painter.dispose();
  });
});

it('draws everybody again after the graphics processor was taken away and given back', async () => {
  const screen = render(PeopleMap, props({ drawnBy: 'webgl' }));
  await expect.poll(() => screen.container.querySelector('canvas')).not.toBeNull();
  const canvas = screen.container.querySelector('canvas')!;
  const paintedPixels = () =>
    new Promise<number>((resolve) =>
      // A canvas of WebGL forgets its picture after the frame: looked at in the frame in which the map turns to be drawn.
      requestAnimationFrame(() => resolve(look(canvas, { x: 0, y: 0 }).drawn)),
    );
  await expect.poll(paintedPixels).toBeGreaterThan(500);
  const loser = canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;
  const event = (name: string) => new Promise((resolve) => canvas.addEventListener(name, resolve, { once: true }));
  const lost = event('webglcontextlost');
  loser.loseContext();
  await lost;
  // The browser allows it only when everybody has heard that it was lost.
  await new Promise((resolve) => setTimeout(resolve));
  const back = event('webglcontextrestored');
  loser.restoreContext();
  await back;
  await expect.poll(paintedPixels).toBeGreaterThan(500);
  expect(screen.container.querySelector('canvas')).toBe(canvas);
});

describe.each(['webgl', 'canvas'] as const)('choosing on a map drawn by %s', (drawnBy) => {
  it('a lasso takes in exactly those who stand inside it', async () => {
    const onselect = vi.fn<(indices: Uint32Array) => void>();
    const screen = render(PeopleMap, props({ drawnBy, onselect }));
    choose('Lasso');
    const rect = surface().element().getBoundingClientRect();
    // Around the left half of the picture.
    const corners = [
      [0.05, 0.05],
      [0.5, 0.05],
      [0.4, 0.5],
      [0.5, 0.95],
      [0.05, 0.95],
    ].map(([x, y]) => ({ x: x * rect.width, y: y * rect.height }));
    draw(corners);
    await expect.poll(() => onselect.mock.calls.length).toBe(1);
    const points = twoGroups();
    const extent = extentOf(points);
    const width = screen.container.querySelector<HTMLElement>('.under')!.clientWidth;
    const camera = cameraAt(standingBack(extent), extent, width, height);
    const outline = corners.map(({ x, y }) => toMap(camera, x, y));
    const expected = Array.from(points.x, (_, i) => i).filter((i) => isInside(points.x[i], points.y[i], outline));
    expect(expected.length).toBeGreaterThan(300);
    expect(expected.length).toBeLessThan(700);
    expect([...onselect.mock.calls[0][0]]).toEqual(expected);
    const share = `${((100 * expected.length) / 999).toFixed(1)}%`;
    await expect.element(screen.getByRole('status')).toHaveTextContent(`${expected.length} customers chosen (${share} of 999)`);
  });
});

it('is operated by keyboard: a frame is put up, moved, sized and chosen; Escape takes it all back', async () => {
  const onselect = vi.fn<(indices: Uint32Array) => void>();
  const screen = render(PeopleMap, props({ drawnBy: 'canvas', onselect }));
  await expect.element(surface()).toBeInTheDocument();
  (surface().element() as SVGElement).focus();
  await userEvent.keyboard('{Enter}');
  const status = screen.getByRole('status');
  // Between the two groups stands nobody.
  await expect.element(status).toHaveTextContent('0 customers in the frame');
  const frame = () => screen.container.querySelector('rect.drawn')!;
  const before = frame().getBoundingClientRect();
  await userEvent.keyboard('{ArrowLeft>20/}{Shift>}{ArrowDown>10/}{/Shift}');
  expect(frame().getBoundingClientRect().left).toBeLessThan(before.left);
  expect(frame().getBoundingClientRect().height).toBeGreaterThan(before.height);
  await expect.element(status).not.toHaveTextContent('0 customers in the frame');
  const counted = status.element().textContent!.trim().split(' ')[0];
  await userEvent.keyboard('{Enter}');
  await expect.element(status).toHaveTextContent(`${counted} customers chosen`);
  const chosen = onselect.mock.calls[0][0];
  expect(String(chosen.length)).toBe(counted);
  expect([...chosen].every((i) => i % 2 === 0)).toBe(true);
  await userEvent.keyboard('{Escape}');
  expect(onselect.mock.calls[1][0]).toHaveLength(0);
  await expect.element(status).toHaveTextContent('');
  // Zoom and pull: the names move with the people.
  const name = () => screen.container.querySelector('text.name')!.getBoundingClientRect().left;
  const left = name();
  await userEvent.keyboard('+');
  expect(name()).not.toBe(left);
  await userEvent.keyboard('0');
  expect(name()).toBe(left);
});

it('one group can be looked at alone, and then only its people are chosen', async () => {
  const onselect = vi.fn<(indices: Uint32Array) => void>();
  const screen = render(PeopleMap, props({ drawnBy: 'canvas', onselect }));
  const legend = screen.getByRole('button', { name: 'New 499' });
  await legend.click();
  await expect.element(legend).toHaveAttribute('aria-pressed', 'true');
  choose('Frame');
  const { width, height } = surface().element().getBoundingClientRect();
  draw([
    { x: 2, y: 2 },
    { x: width - 2, y: height - 2 },
  ]);
  await expect.poll(() => onselect.mock.calls.length).toBe(1);
  expect([...onselect.mock.calls[0][0]]).toEqual(Array.from({ length: 500 }, (_, i) => 2 * i + 1).filter((i) => i !== 7));
});

it('says who is under the pointer, what the groups are in a table, and how many have no place', async () => {
  const screen = render(PeopleMap, props({ drawnBy: 'canvas', describe: (index: number) => `Customer ${index}\n3 orders` }));
  const rows = () => [...screen.container.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));
  await expect
    .poll(() => rows().map((row) => row.slice(0, 3)))
    .toEqual([
      ['Loyal', '500', '50.1%'],
      ['New', '499', '49.9%'],
    ]);
  await expect.element(screen.getByText('1 customer has no place on the map.')).toBeInTheDocument();
  const points = twoGroups();
  const extent = extentOf(points);
  const { left, top, width } = screen.container.querySelector('.under')!.getBoundingClientRect();
  const farthest = points.x.indexOf(extent.right);
  const pixel = toPixel(cameraAt(standingBack(extent), extent, width, height), points.x[farthest], points.y[farthest]);
  send('pointermove', { x: left + pixel.x + 1, y: top + pixel.y });
  await expect.poll(() => screen.container.querySelector('.tip')?.textContent).toBe(`NewCustomer ${farthest}3 orders`);
});

it('other people take the place of these, and nothing of what was chosen stays', async () => {
  const screen = render(PeopleMap, props({ drawnBy: 'canvas' }));
  (surface().element() as SVGElement).focus();
  await userEvent.keyboard('{Enter}{Enter}');
  await expect.element(screen.getByRole('status')).toHaveTextContent('chosen');
  const none = { x: new Float32Array(0), y: new Float32Array(0), groups: new Uint8Array(0) };
  await screen.rerender({ ...none, names: [] });
  await expect.element(screen.getByRole('status')).toHaveTextContent('');
  await expect.element(screen.getByText('No customers on the map.')).toBeInTheDocument();
  // One, and all at one place.
  for (const count of [1, 5]) {
    const same = { x: new Float32Array(count).fill(3), y: new Float32Array(count).fill(4), groups: new Uint8Array(count) };
    await screen.rerender({ ...same, names: ['All'] });
    (surface().element() as SVGElement).focus();
    await userEvent.keyboard('{Enter}{Enter}');
    await expect.element(screen.getByRole('status')).toHaveTextContent(`${count} ${count === 1 ? 'customer' : 'customers'} chosen`);
  }
});

it('saves points and names in one file', async () => {
  const screen = render(PeopleMap, props({ drawnBy: 'webgl' }));
  const saved = vi.spyOn(URL, 'createObjectURL');
  await screen.getByRole('button', { name: /Customers/ }).click();
  await screen.getByRole('menuitem', { name: /SVG/ }).click();
  await expect.poll(() => saved.mock.calls.length).toBe(1);
  const text = await (saved.mock.calls[0][0] as Blob).text();
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
  expect([...parsed.querySelectorAll('text')].map(({ textContent }) => textContent).sort()).toEqual(['Loyal', 'New']);
  const picture = new Image();
  picture.src = parsed.querySelector('image')!.getAttribute('href')!;
  await picture.decode();
  const copy = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!;
  copy.drawImage(picture, 0, 0);
  expect(copy.getImageData(0, 0, picture.width, picture.height).data.some((byte) => byte > 0)).toBe(true);
  saved.mockRestore();
});

it('passes axe, and takes the colours of the scheme', async () => {
  preferences.theme = 'light';
  const screen = render(PeopleMap, props({ drawnBy: 'canvas' }));
  await expect.poll(() => screen.container.querySelector('canvas')).not.toBeNull();
  const canvas = screen.container.querySelector('canvas')!;
  const points = twoGroups();
  const extent = extentOf(points);
  const camera = cameraAt(standingBack(extent), extent, canvas.clientWidth, height);
  const colour = () =>
    look(canvas, toPixel(camera, 0, 0))
      .pixel.slice(0, 3)
      .join();
  await expect.poll(colour).not.toBe('0,0,0');
  const light = colour();
  preferences.theme = 'dark';
  await expect.poll(colour).not.toBe(light);
  await expectAccessible(screen.container);
});

function isInside(x: number, y: number, corners: { x: number; y: number }[]): boolean {
  let inside = false;
  corners.forEach((one, at) => {
    const other = corners.at(at - 1)!;
    if (one.y > y !== other.y > y && x < one.x + ((y - one.y) / (other.y - one.y)) * (other.x - one.x)) inside = !inside;
  });
  return inside;
}

/** What dragging does; the radio button lies unseen over its words. */
function choose(dragging: string): void {
  (page.getByRole('radio', { name: dragging }).element() as HTMLInputElement).click();
}

function send(type: string, { x, y }: { x: number; y: number }): void {
  const event = { clientX: x, clientY: y, pointerId: 1, pointerType: 'mouse', button: 0, bubbles: true };
  surface().element().dispatchEvent(new PointerEvent(type, event));
}

/** Presses, drags along corners that are pixels of the map, and lets go. */
function draw(corners: readonly { x: number; y: number }[]): void {
  const element = surface().element() as SVGElement;
  // Only the browser's own pointers can be captured.
  element.setPointerCapture = () => {};
  const { left, top } = element.getBoundingClientRect();
  const at = corners.map(({ x, y }) => ({ x: left + x, y: top + y }));
  send('pointerdown', at[0]);
  at.forEach((corner) => send('pointermove', corner));
  send('pointerup', at.at(-1)!);
}
