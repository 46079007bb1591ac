import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import type { TextColumn } from '../../../src/lib/core/schema/staging/columns';
import { TextPool } from '../../../src/lib/core/schema/staging/textPool';
import { mergeStatements, type Statement, type Survivorship } from '../../../src/lib/core/store/dataset/survivorship';
import { operations } from '../../../src/lib/work/operations';
import { closeDesks, importDesk, type ImportDesk } from '../../support/importDesk';

afterEach(closeDesks);

const lines = (rows: string) => `user_id,event,timestamp,country,order_id,accepts_marketing\n${rows}`;
const countries = async (desk: ImportDesk) =>
  Object.fromEntries(
    (await desk.rows((t) => sql`SELECT user_id AS u, country AS c FROM ${identifier(t.users)} ORDER BY u`)).map(({ u, c }) => [u, c]),
  );
const consents = async (desk: ImportDesk) =>
  Object.fromEntries(
    (await desk.rows((t) => sql`SELECT user_id AS u, consent_email AS c FROM ${identifier(t.users)} ORDER BY u`)).map(({ u, c }) => [u, c]),
  );

describe('facts that ride along in events', () => {
  it('are as of the latest event that says any, in whatever order rows and files come', async () => {
    const rows = ['mo,pv,2026-01-05 10:00,DE,,', 'mo,pv,2026-03-05 10:00,,,', 'mo,pv,2026-02-05 10:00,FR,,', 'bo,pv,2026-01-01 10:00,IT,,', 'bo,pv,2026-01-01 10:00,AT,,']; // prettier-ignore
    const expected = { bo: 'IT', mo: 'FR' };
    const hashes = new Set<string>();
    for (const order of [rows, rows.toReversed()]) {
      const whole = await importDesk();
      await whole.add({ 'all.csv': lines(order.join('\n')) });
      const apart = await importDesk();
      for (const [i, row] of order.entries()) await apart.add({ [`${i}.csv`]: lines(row) }, { sourceId: `s${i}` });
      expect([await countries(whole), await countries(apart)]).toEqual([expected, expected]);
      for (const desk of [whole, apart]) hashes.add(desk.version.facts.dataHash);
    }
    expect(hashes.size).toBe(1);
  });

  it('stand behind what files about people say, whichever came last', async () => {
    const desk = await importDesk();
    await desk.add({ 'people.csv': 'user_id,country\nmo,CH\n' }, { sourceId: 'people' });
    await desk.add({ 'log.csv': lines('mo,pv,2026-01-05 10:00,DE,,\nbo,pv,2026-01-05 10:00,IT,,\n') }, { sourceId: 'log' });
    expect(await countries(desk)).toEqual({ bo: 'IT', mo: 'CH' });
  });

  it('ask for the consent with every sale, and of one day any answer counts', async () => {
    const first =
      'mo,buy,2026-01-05 10:00,,o1,yes\nmo,buy,2026-01-05 10:01,,o1,\nbo,buy,2026-01-05 10:00,,o2,yes\nal,buy,2026-01-05 10:00,,o3,yes\n';
    const second = 'mo,pv,2026-02-05 10:00,,,\nbo,buy,2026-02-05 10:00,,o4,\nal,refund,2026-02-05 10:00,,o3,\n';
    const expected = { al: true, bo: null, mo: true };
    const desk = await importDesk();
    await desk.add({ 'one.csv': lines(first) });
    expect(await consents(desk)).toEqual({ al: true, bo: true, mo: true });
    await desk.add({ 'two.csv': lines(second) });
    expect(await consents(desk)).toEqual(expected);
    for (const files of [[first + second], [second, first]]) {
      const other = await importDesk();
      for (const [i, rows] of files.entries()) await other.add({ [`${i}.csv`]: lines(rows) });
      expect([await consents(other), other.version.facts.dataHash]).toEqual([expected, desk.version.facts.dataHash]);
    }
  });
});

describe('files about people', () => {
  it('count by when a row was updated where they say so', async () => {
    const newer = 'user_id,country,updated_at\nmo,FR,2026-05-01 10:00\nbo,IT,2026-01-01 10:00\n';
    const older = 'user_id,country,updated_at\nmo,DE,2026-01-01 10:00\nbo,,2026-05-01 10:00\n';
    for (const files of [
      { 'a.csv': newer, 'b.csv': older },
      { 'b.csv': older, 'a.csv': newer },
    ]) {
      const desk = await importDesk();
      await desk.add(files, { sourceId: 'people' });
      expect(await countries(desk)).toEqual({ bo: 'IT', mo: 'FR' });
      // When a row was updated is no fact about the person.
      expect(Object.keys((await desk.rows((t) => sql`SELECT * FROM ${identifier(t.users)}`))[0])).not.toContain('updated_at');
    }
  });

  it('count in the order of the sources where one of them says no time', async () => {
    const desk = await importDesk();
    await desk.add({ 'a.csv': 'user_id,country,updated_at\nmo,FR,2026-05-01 10:00\n' }, { sourceId: 'a' });
    await desk.add({ 'b.csv': 'user_id,country\nmo,DE\n' }, { sourceId: 'b' });
    expect(await countries(desk)).toEqual({ mo: 'DE' });
  });
});

describe('a rule for an attribute', () => {
  it('chooses the first value, or that of a source, and is one step back', async () => {
    const desk = await importDesk();
    await desk.add(
      { 'log.csv': lines('mo,pv,2026-02-05 10:00,FR,,\nmo,pv,2026-01-05 10:00,DE,,\nbo,pv,2026-01-05 10:00,IT,,\n') },
      { sourceId: 'log' },
    );
    await desk.add({ 'people.csv': 'user_id,country\nmo,CH\n' }, { sourceId: 'people' });
    const latest = desk.version.facts;
    const choose = (rules: Survivorship) => operations.survivorshipApply({ rules: rules as never }, desk.context());
    const asked = await operations.attributeSources(undefined, desk.context());
    expect(asked.map(({ attribute }) => attribute)).toEqual(['consent_email', 'country']);
    expect(asked[0]).toMatchObject({ rule: null });
    expect(asked[1]).toMatchObject({
      rule: 'latest',
      sources: ['log', 'people'],
      people: 2,
      differing: 1,
      example: {
        id: 'mo',
        shown: 'CH',
        values: [
          { source: 'people', value: 'CH', at: null },
          { source: 'log', value: 'DE', at: '2026-01-05T10:00:00.000Z' },
          { source: 'log', value: 'FR', at: '2026-02-05T10:00:00.000Z' },
        ],
      },
    });
    const view = await choose({ country: { sources: ['log'] } });
    expect([await countries(desk), view.plan.survivorship]).toEqual([{ bo: 'IT', mo: 'FR' }, { country: { sources: ['log'] } }]);
    await desk.add({ 'more.csv': lines('mo,pv,2026-03-05 10:00,ES,,\n') }, { sourceId: 'log2' });
    expect(await countries(desk)).toEqual({ bo: 'IT', mo: 'FR' });
    await operations.sourceRemove({ sourceId: 'people' }, desk.context());
    await choose({ country: 'first' });
    expect(await countries(desk)).toEqual({ bo: 'IT', mo: 'DE' });
    await operations.dataStepBack(undefined, desk.context());
    expect(desk.plan.survivorship).toEqual({ country: { sources: ['log'] } });
    await operations.sourceRemove({ sourceId: 'log2' }, desk.context());
    await desk.add({ 'people.csv': 'user_id,country\nmo,CH\n' }, { sourceId: 'people' });
    const reset = await choose({});
    expect([reset.facts, reset.plan.survivorship]).toEqual([latest, undefined]);
  });
});

describe('dated statements', () => {
  const texts = (cells: readonly (string | null)[]): TextColumn => {
    const pool = new TextPool();
    return { kind: 'text', codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : pool.internText(cell))), pool };
  };
  const fact = fc.record({ of: fc.nat(2), value: fc.constantFrom(null, 'a', 'b', 'c'), at: fc.nat(3) });

  it('give one answer in every order and however they are divided', () => {
    const entities = { numbers: Int32Array.of(0, 1, 2), ids: texts(['x', 'y', 'z']) };
    const merged = (files: { of: number; value: string | null; at: number }[][], rule: 'latest' | 'first') => {
      const statements = files.map((facts, i): Statement => ({
        source: `s${i}`,
        ridesAlong: true,
        numbers: Int32Array.from(facts, ({ of }) => of),
        times: Float64Array.from(facts, ({ at }) => at),
        attributes: new Map([['city', texts(facts.map(({ value }) => value))]]),
      }));
      const column = mergeStatements(entities, statements, 3, { city: rule }).get('city');
      return column && Array.from(column.codes, (code) => (code < 0 ? null : column.pool.text(code)));
    };
    fc.assert(
      fc.property(
        fc.array(fact, { minLength: 1 }),
        fc.array(fc.nat(2)),
        fc.constantFrom('latest' as const, 'first' as const),
        (facts, cuts, rule) => {
          const files: (typeof facts)[] = [[], [], []];
          facts.toReversed().forEach((one, i) => files[cuts[i % Math.max(1, cuts.length)] ?? 0].push(one));
          expect(merged(files.toReversed(), rule)).toEqual(merged([facts], rule));
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });
});
