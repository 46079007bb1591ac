import { afterAll, beforeAll, beforeEach } from 'vitest';
import { page } from 'vitest/browser';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

/** The tests of a file have a workspace without data, English words and a wide page. */
export function inEmptyWorkspace(): void {
  beforeAll(async () => {
    await wipeWorkspaces();
    await workbench.create('Tea', 'Asia/Shanghai', 'CNY');
  });
  beforeEach(async () => {
    locale.set('en');
    await loadCatalogue();
    await page.viewport(1280, 900);
  });
  afterAll(wipeWorkspaces);
}
