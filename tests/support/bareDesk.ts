import { Desk } from '$lib/work/desk';
import type { Platform } from '$lib/work/platform';

const refuse = () => Promise.reject(new Error('not needed'));

/** A desk that has what is given and refuses the rest; its clock stands still. */
export function bareDesk(parts: Partial<Platform>): Desk {
  return new Desk({
    name: 'node',
    openStore: refuse,
    openKernels: refuse,
    openTensors: refuse,
    openDataset: refuse,
    now: () => new Date(0),
    memoryBytes: async () => undefined,
    ...parts,
  });
}
