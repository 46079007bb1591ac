import { afterEach, describe, expect, it } from 'vitest';
import { Cancelled, UserError } from '$lib/core/base/errors';
import { nodePlatform } from '$lib/platform/node/platform';
import { WorkClient, type WorkerLike } from '$lib/work/client';
import { Desk } from '$lib/work/desk';
import { createHost } from '$lib/work/host';
import type { OperationContext, Operations } from '$lib/work/operations';
import type { Answer, Request } from '$lib/work/protocol';

/** Operations as a shop would ask them, each ending in its own way. */
const shopOperations = {
  countCups: async (cups: number) => cups,
  refuse: async () => {
    throw new UserError('no_tea', 'There is no tea on shelf 3.', 'Buy some.', { shelf: 3 });
  },
  stumble: async () => {
    throw new TypeError('kettle is undefined');
  },
  brewForever: async (_: unknown, run: OperationContext) => {
    for (let cup = 0; ; cup++) {
      cupsBrewed = cup;
      run.report({ stage: 'brew', done: cup, unit: 'cups' });
      const until = performance.now() + 5;
      while (performance.now() < until);
      await run.breathe();
    }
  },
  epochs: async (count: number, run: OperationContext) => {
    for (let epoch = 0; epoch < count; epoch++)
      run.report({ stage: 'train', done: epoch, unit: 'epochs', values: { loss: 1 / (epoch + 1) } });
  },
  manyRows: async (count: number, run: OperationContext) => {
    for (let row = 1; row <= count; row++) run.report({ stage: 'read', done: row, total: count, unit: 'rows' });
  },
  file: async () => ({ fileName: 'tea.zip', zip: new Uint8Array(3 << 20).fill(7), few: new Uint8Array(3).fill(1) }),
  secret: async () => ({ recipe: () => 'a function cannot cross' }),
};

const answers: Answer[] = [];
const ports: MessagePort[] = [];
let lost = 0;
let cupsBrewed = 0;
let workers: WorkerLike[] = [];

function start(): WorkerLike {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const receive = createHost(shopOperations as unknown as Operations, new Desk(nodePlatform()), (answer, transfer) => {
    port2.postMessage(answer, transfer);
    answers.push(answer);
  });
  port2.onmessage = ({ data }: MessageEvent<Request>) => void receive(data);
  const worker = Object.assign(port1, { terminate: () => port1.close(), onerror: null }) as unknown as WorkerLike;
  workers.push(worker);
  return worker;
}
const newClient = () => new WorkClient(start, () => lost++);
type Call = (operation: string, input?: unknown, options?: object) => Promise<never>;
const caller = (client: WorkClient) => client.call.bind(client) as unknown as Call;

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  answers.length = 0;
  workers = [];
  lost = 0;
});

describe('the worker boundary', () => {
  it('answers a question', async () => {
    expect(await caller(newClient())('countCups', 12)).toBe(12);
  });

  it('carries what the person can mend with its code, hint and values, and a bug whole', async () => {
    const call = caller(newClient());
    const refused = await call('refuse').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toMatchObject({ code: 'no_tea', message: 'There is no tea on shelf 3.', hint: 'Buy some.', values: { shelf: 3 } });
    const bug = (await call('stumble').catch((error: unknown) => error)) as Error;
    expect([bug.name, bug.message]).toEqual(['TypeError', 'kettle is undefined']);
    expect(bug.stack).toContain('boundary.test');
  });

  it('frees a cancelled caller at once and stops the run after at most 200 ms of work, in exactly one way', async () => {
    const call = caller(newClient());
    const controller = new AbortController();
    let cupsAtCancel = 0;
    const brewing = call('brewForever', 0, {
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => {
        if (done < 20 || cupsAtCancel) return;
        cupsAtCancel = done;
        controller.abort();
      },
    });
    await expect(brewing).rejects.toBeInstanceOf(Cancelled);
    while (!answers.some((answer) => answer.type === 'cancelled')) await new Promise((resolve) => setTimeout(resolve, 5));
    // A cup takes 5 ms.
    expect(cupsBrewed - cupsAtCancel).toBeLessThan(200 / 5);
    expect(answers.filter((answer) => answer.type !== 'progress').map((answer) => answer.type)).toEqual(['cancelled']);
    expect(await call('countCups', 1)).toBe(1);
  });

  it('lets the newest question win', async () => {
    const call = caller(newClient());
    const older = call('brewForever', 0, { replaces: 'count' });
    const newer = call('countCups', 2, { replaces: 'count' });
    await expect(older).rejects.toBeInstanceOf(Cancelled);
    expect(await newer).toBe(2);
  });

  it('thins progress, but never figures for plots, nor the end', async () => {
    const call = caller(newClient());
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => seen.push(done);
    await call('epochs', 300, { onProgress });
    expect(seen.length).toBe(300);
    seen.length = 0;
    await call('manyRows', 10_000, { onProgress });
    expect(seen.at(-1)).toBe(10_000);
    expect(seen.length).toBeLessThan(100);
  });

  it('moves large files instead of copying them', async () => {
    const output = (await caller(newClient())('file')) as { zip: Uint8Array; few: Uint8Array };
    expect([output.zip.length, output.zip[9], output.few[0]]).toEqual([3 << 20, 7, 1]);
    const sent = answers.find((answer) => answer.type === 'done') as { output: { zip: Uint8Array; few: Uint8Array } };
    expect([sent.output.zip.length, sent.output.few.length]).toEqual([0, 3]);
  });

  it('fails cleanly where something cannot cross, in either direction', async () => {
    const call = caller(newClient());
    await expect(call('secret')).rejects.toThrow(/could not be cloned/);
    await expect(call('countCups', () => 1)).rejects.toThrow(/could not be cloned/);
    await expect(call('sellCups')).rejects.toThrow('there is no operation "sellCups"');
    expect(await call('countCups', 3)).toBe(3);
  });

  it('refuses all waiting calls when the worker dies, tells it once, and starts a new one with the next call', async () => {
    const call = caller(newClient());
    const waiting = [call('brewForever'), call('brewForever')].map((run) => run.catch((error: unknown) => error));
    await call('countCups', 1);
    workers[0].onerror!({ message: 'out of memory' } as ErrorEvent);
    for (const error of await Promise.all(waiting))
      expect(error).toMatchObject({ code: 'worker_lost', values: { reason: 'out of memory' } });
    expect([lost, workers.length]).toEqual([1, 1]);
    expect(await call('countCups', 4)).toBe(4);
    expect(workers.length).toBe(2);
  });

  it('ends waiting calls when it is stopped', async () => {
    const client = newClient();
    const waiting = caller(client)('brewForever');
    client.stop();
    await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    expect(lost).toBe(0);
  });
});
