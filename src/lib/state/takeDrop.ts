import { Cancelled } from '../core/base/errors';
import { droppedFiles } from './droppedFiles.svelte';
import { openPlan } from './importing/openPlan';
import { planAmong } from './importing/planAmong';
import { workbench } from './workbench.svelte';

/**
 * Files that were dropped on a screen which is not about files: a plan by itself is opened where one is; everything else
 * waits for the Data screen.
 * @returns whether files wait there
 */
export async function takeDrop(files: readonly File[]): Promise<boolean> {
  if (files.length === 0) return false;
  try {
    const planned = await planAmong(files);
    if (planned?.others.length === 0) {
      openPlan(workbench, planned.plan);
      return false;
    }
    droppedFiles.put([...files]);
    return true;
  } catch (error) {
    if (!(error instanceof Cancelled)) workbench.problem = error;
    return false;
  }
}
