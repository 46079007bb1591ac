import { workbench } from '$lib/state/workbench.svelte';
import { saveFile } from '../saveFile';

/** Hands all rejected rows of a source to the person as one file; they come in parts, so that the worker never holds them all. */
export async function downloadRejects(sourceId: string): Promise<void> {
  const chunks: Uint8Array[] = [];
  let name = '';
  for (let part = 0, parts = 1; part < parts; part++) {
    const answer = await workbench.call('sourceRejects', { sourceId, part });
    ({ fileName: name, parts } = answer);
    chunks.push(answer.bytes);
  }
  saveFile(name, chunks, 'text/csv');
}
