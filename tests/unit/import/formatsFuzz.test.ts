import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/lib/core/base/errors';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { fixture, fixtureBytes, stage } from './formatsSupport';
import { fileOf } from './support';

const files = [
  'shop.csv',
  'shop.csv.gzip',
  'shop.csv.zst',
  'shop.zip',
  'several.zip',
  'orders.jsonl',
  'shop.json',
  'shop-wrapped.json',
  'ga4.jsonl',
  'shop-none.parquet',
  'shop-zstd.parquet',
  'orders.parquet',
  'shop-uncompressed.arrow',
  'shop-lz4.arrow',
  'shop-stream.arrow',
  'types.arrow',
  'shop.xlsx',
  'shop-inline.xlsx',
];

/** Seeded, so that what failed once fails again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => Math.floor(((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below);
}

/** Either a table whose every row is accounted for, or a sentence for the person; nothing else may come of a file. */
async function outcomeOf(bytes: Uint8Array, name: string, known?: Mapping): Promise<string> {
  try {
    const file = fileOf(bytes, name, 4096);
    const mapping = known ?? (await inspectSource(file)).mapping;
    const { rowsRead, rowsRejected, source } = await stage(file, mapping);
    const kept = source.events?.rows ?? source.users?.id.codes.length ?? source.items?.id.codes.length ?? 0;
    expect(rowsRead).toBe(kept + rowsRejected);
    return 'read';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.code;
  }
}

describe.each(files)('%s', (name) => {
  const whole = fixtureBytes(name);
  /** Of the whole file; most damaged ones are read with it, and every third is looked at first. */
  let mapping: Mapping | undefined;
  let rounds = 0;
  beforeAll(async () => {
    mapping = await inspectSource(fixture(name)).then(
      (preview) => preview.mapping,
      () => undefined,
    );
  });
  const outcome = (bytes: Uint8Array) => outcomeOf(bytes, name, rounds++ % 3 === 0 ? undefined : mapping);

  it('cut off anywhere is read or refused with a sentence', async () => {
    const random = randomFrom(7);
    for (let round = 0; round < 6; round++) await outcome(whole.slice(0, random(whole.length)));
    for (const end of [0, 1, 4, 8, whole.length - 1, whole.length - 8]) await outcome(whole.slice(0, end));
  });

  it('with changed bytes is read or refused with a sentence', async () => {
    const random = randomFrom(11);
    for (let round = 0; round < 12; round++) {
      const bytes = whole.slice();
      for (let change = 1 + random(4); change > 0; change--) {
        // The beginning and the end hold what says where everything is.
        const at = [random(bytes.length), random(Math.min(200, bytes.length)), bytes.length - 1 - random(Math.min(400, bytes.length))][
          random(3)
        ];
        bytes[at] = [random(256), 0, 255, bytes[at] ^ (1 << random(8))][random(4)];
      }
      await outcome(bytes);
    }
  });

  it('with a part doubled or taken out is read or refused with a sentence', async () => {
    const random = randomFrom(13);
    for (let round = 0; round < 3; round++) {
      const [a, b] = [random(whole.length), random(whole.length)].sort((x, y) => x - y);
      await outcome(new Uint8Array([...whole.subarray(0, b), ...whole.subarray(a)]));
      await outcome(new Uint8Array([...whole.subarray(0, a), ...whole.subarray(b)]));
    }
  });
});

it('damaged files leave the readers as they were', async () => {
  for (const name of ['shop-zstd.parquet', 'shop-lz4.arrow', 'shop.xlsx', 'shop.csv.zst']) {
    const bytes = fixtureBytes(name);
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 10)) {
      const changed = bytes.slice();
      changed.fill(0xff, at, at + 40);
      await outcomeOf(changed, name);
    }
    const { mapping } = await inspectSource(fixture(name));
    expect((await stage(fixture(name), mapping)).rowsRead).toBe(240);
  }
});
