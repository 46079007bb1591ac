import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { rejectsCsv } from '../../../src/lib/core/store/dataset';
import { fileOf } from './support';

const rows = 20_000;
const file = fileOf(
  `user,item,time\n${Array.from({ length: rows }, (_, i) => `${i % 10 === 0 ? 'ann' : ''},tea,2026-01-01`).join('\n')}\n`,
);
const stage = async (keptRejectCharacters?: number) => {
  const { mapping } = await inspectSource(file);
  return stageFile(file, mapping, {
    sourceId: 'shop',
    zone: new TimeZone('UTC'),
    currency: 'USD',
    run: quietContext(),
    ...(keptRejectCharacters && { keptRejectCharacters }),
  });
};

describe('rejected rows', () => {
  it('are all kept, also beyond the ten thousandth', async () => {
    const { rowsRejected, rejectsKept, source } = await stage();
    expect([rowsRejected, rejectsKept, source.rejects!.length]).toEqual([18_000, 18_000, 18_000]);
    const csv = new TextDecoder().decode(rejectsCsv(source.rejects!, rowsRejected));
    expect(csv.trimEnd().split('\r\n').length).toBe(18_001);
    expect(csv).not.toContain('of 18');
  });

  it('are the first ones where their texts are too much, and the file says so', async () => {
    const { rowsRejected, rejectsKept, source } = await stage(1_500);
    expect([rowsRejected, rejectsKept]).toEqual([18_000, 100]);
    const lines = new TextDecoder().decode(rejectsCsv(source.rejects!, rowsRejected)).trimEnd().split('\r\n');
    expect(lines.length).toBe(102);
    expect(lines.at(-1)).toBe(',,,"These are the first 100 of 18,000 rejected rows; the others were counted and not kept.",');
  });
});
