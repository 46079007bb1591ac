import axe from 'axe-core';
import { expect } from 'vitest';
import { preferences } from '../../src/lib/state/preferences.svelte';
import '../../src/lib/ui/tokens.css';
import '../../src/lib/ui/base.css';

/** No finding of axe-core in `root`, in the light scheme and in the dark one. */
export async function expectAccessible(root: Element = document.body): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    preferences.theme = theme;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    // Colours that are still fading would be measured half-way.
    await Promise.all(
      document
        .getAnimations()
        .filter((each) => each instanceof CSSTransition)
        .map((each) => each.finished.catch(() => {})),
    );
    // Page-wide rules do not fit a component that stands alone.
    const { violations } = await axe.run(root, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } });
    const told = violations.map(
      ({ id, nodes }) => `${theme}: ${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`,
    );
    expect(told).toEqual([]);
  }
  preferences.theme = 'system';
}
