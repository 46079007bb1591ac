import { textWidth } from '../textWidth';
import { toPixel, type Camera } from './camera';
import { noGroup, type GroupCentre } from './points';

export interface GroupLabel {
  group: number;
  name: string;
  x: number;
  y: number;
  /** Of the name, in pixels. */
  width: number;
}

const lineHeight = 18;
/** Steps down and up that a name may go to where another stands already. */
const tries = [0, 1, -1, 2, -2];

/** Names at the middle of their groups, the largest first; what has no room is left to the legend. */
export function groupLabels(centres: readonly GroupCentre[], names: readonly string[], shown: Uint8Array, camera: Camera): GroupLabel[] {
  const placed: GroupLabel[] = [];
  const isFree = (label: GroupLabel) =>
    placed.every(
      (other) => Math.abs(other.y - label.y) >= lineHeight || Math.abs(other.x - label.x) >= (other.width + label.width) / 2 + 16,
    );
  const largestFirst = centres.filter(({ group }) => group !== noGroup && shown[group]).sort((a, b) => b.count - a.count);
  for (const { group, x, y } of largestFirst) {
    const at = toPixel(camera, x, y);
    if (at.x < 0 || at.x > camera.width || at.y < 0 || at.y > camera.height) continue;
    const name = names[group] ?? String(group + 1);
    const width = textWidth(name);
    const half = Math.min(camera.width / 2, width / 2 + 14);
    const inside = Math.min(camera.width - half, Math.max(half, at.x));
    const label = tries
      .map((step) => ({ group, name, x: inside, y: Math.min(camera.height - 10, Math.max(10, at.y)) + step * lineHeight, width }))
      .find(isFree);
    if (label) placed.push(label);
  }
  return placed;
}
