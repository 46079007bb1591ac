import { seriesColor } from '../types';
import { noGroup } from './points';

/** Six colours of charts; the next six groups have them nearer to the text's, and so on: names tell what colours cannot. */
export function groupColor(group: number): string {
  if (group === noGroup) return 'var(--text-soft)';
  const round = Math.min(2, Math.floor(group / 6));
  return round === 0 ? seriesColor(group) : `color-mix(in oklab, ${seriesColor(group)} ${100 - 32 * round}%, var(--text))`;
}

/** How much of itself a group keeps while another is looked at alone, of 255. */
const faint = 40;

/**
 * The colours as the painters take them, as they are where `element` stands: four bytes for each of 256 groups.
 * @param shown 1 for each group that is looked at
 */
export function readPalette(element: Element, groups: Iterable<number>, shown: Uint8Array): Uint8Array {
  const palette = new Uint8Array(256 * 4);
  const probe = document.createElement('span');
  const dot = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  element.append(probe);
  for (const group of groups) {
    probe.style.color = shown[group] ? groupColor(group) : 'var(--text-soft)';
    // Mixed colours are computed to notations that only a canvas turns into bytes.
    dot.fillStyle = getComputedStyle(probe).color;
    dot.fillRect(0, 0, 1, 1);
    palette.set(dot.getImageData(0, 0, 1, 1).data, group * 4);
    if (!shown[group]) palette[group * 4 + 3] = faint;
  }
  probe.remove();
  return palette;
}

/** Tells when the page turns light or dark, by its own switch or by the system's. */
export function watchScheme(onchange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', onchange);
  const page = new MutationObserver(onchange);
  page.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', onchange);
    page.disconnect();
  };
}
