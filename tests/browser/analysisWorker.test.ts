import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createWorkClient, startAnalysisWorker } from '$lib/platform/browser/client';
import { WorkClient, type WorkerLike } from '$lib/work/client';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

describe('the analysis worker', () => {
  let client: WorkClient;
  beforeAll(wipeWorkspaces);
  afterAll(async () => {
    client.stop();
    await wipeWorkspaces();
  });

  it('opens the sample shop, and opens it again from what was saved', async () => {
    client = createWorkClient(() => {});
    const stages = new Set<string>();
    const view = await client.call('workspaceOpenSample', undefined, { onProgress: ({ stage }) => stages.add(stage) });
    expect(view).toMatchObject({ facts: { users: 20_000, items: 2_000 }, asOf: '2026-11-01T00:00:00', entry: { sample: 'sample-shop' } });

    client.stop();
    const again = await client.call('workspaceOpenSample', undefined);
    expect(again.entry.id).toBe(view.entry.id);
    expect(again.facts).toEqual(view.facts);
    const page = await client.call('profilesPage', { offset: 0, limit: 2 });
    expect(page.total).toBe(20_000);
  });

  it('frees a cancelled caller at once and goes on with the next question', async () => {
    const controller = new AbortController();
    const opening = client.call('workspaceOpenSample', undefined, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(opening).rejects.toBeInstanceOf(Cancelled);
    expect((await client.call('workspaceList', undefined)).length).toBe(1);
  });

  it('that dies is noticed: waiting calls are refused, and the next one starts a new worker with what was saved', async () => {
    let lost = 0;
    const workers: WorkerLike[] = [];
    const mortal = new WorkClient(
      () => {
        workers.push(startAnalysisWorker());
        return workers.at(-1)!;
      },
      () => lost++,
    );
    expect((await mortal.call('workspaceList', undefined)).length).toBe(1);
    const waiting = mortal.call('workspaceOpenSample', undefined);
    // As the browser does when memory runs out: nobody is told.
    workers[0].terminate();
    await expect(waiting).rejects.toMatchObject({ code: 'worker_lost' });
    expect(lost).toBe(1);
    expect((await mortal.call('workspaceOpenSample', undefined)).facts!.users).toBe(20_000);
    mortal.stop();
  });
});
