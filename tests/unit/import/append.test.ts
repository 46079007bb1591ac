import { afterEach, describe, expect, it } from 'vitest';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import { operations } from '../../../src/lib/work/operations';
import { openPlan } from '../../../src/lib/work/openPlan';
import { closeDesks, importDesk, type ImportDesk } from '../../support/importDesk';
import { needsLook } from '../../../src/lib/state/importing/needsLook';
import { cancelledRun, fileOf } from './support';

const header = 'user_id,item_id,event,timestamp,price,order_id\n';
const january = `${header}mo,tea,buy,2026-01-05 10:00,4,A1\nmo,cup,buy,2026-01-05 10:00,9,A1\nbo,cup,buy,2026-01-31 10:00,9,A2\n`;
const february = `${header}al,tea,buy,2026-02-03 10:00,4,A3\nmo,pot,buy,2026-02-07 10:00,30,A4\n`;
/** January's last order again, with another price, and one more line of the first. */
const corrected = `${header}bo,cup,buy,2026-01-31 10:00,7,A2\nmo,tea,buy,2026-01-05 10:00,5,A1\n`;

afterEach(closeDesks);

const prices = (desk: ImportDesk) =>
  desk.rows((t) => sql`SELECT order_id AS o, item_id AS i, e.price::DOUBLE AS p FROM ${identifier(t.events)} e
    LEFT JOIN ${identifier(t.items)} USING (item_index) ORDER BY o, i, p`); // prettier-ignore

describe('what an import would change', () => {
  it('is said before anything happens', async () => {
    const desk = await importDesk();
    const first = await desk.stage({ 'january.csv': january });
    expect(first.report).toMatchObject({ rowsRead: 3, rowsKept: 3, users: 2 });
    expect(first.change).toMatchObject({
      rows: 3,
      newPeople: 2,
      knownPeople: 0,
      newItems: 2,
      firstTime: '2026-01-05T10:00:00.000Z',
      lastTime: '2026-01-31T10:00:00.000Z',
      overlappingDays: 0,
    });
    expect([desk.desk.state.data, desk.plan.sources, await desk.tables()]).toEqual([null, [], []]);

    await operations.sourceImport({ staged: first.staged }, desk.context());
    const before = await desk.tables();
    const next = `${february}bo,cup,buy,2026-01-31 10:00,9,A2\nmo,cup,buy,2026-01-31 11:00,9,A5\n`;
    const { change, staged } = await desk.stage({ 'february.csv': next });
    expect(change).toMatchObject({ rows: 4, newPeople: 1, knownPeople: 2, newItems: 1, overlappingDays: 1, exactDuplicates: 1 });
    expect([change.updatedRows, change.removedRows, change.removedSources]).toEqual([0, 0, []]);
    const upserted = await operations.sourceStage({ staged, mode: 'upsert', key: ['order', 'item'] }, desk.context());
    expect(upserted.change).toMatchObject({ updatedRows: 1, exactDuplicates: 0, removedRows: 0 });
    const replaced = await operations.sourceStage({ staged, mode: 'replace' }, desk.context());
    expect(replaced.change).toMatchObject({ removedRows: 3, removedSources: ['orders'], overlappingDays: 0, exactDuplicates: 0 });
    expect(await desk.tables()).toEqual(before);
  });

  it('counts days in the zone of the plan', async () => {
    const desk = await importDesk('Asia/Shanghai');
    const at = (times: string[]) => `user_id,item_id,event,timestamp\n${times.map((t) => `mo,tea,pv,${t}\n`).join('')}`;
    await desk.add({ 'a.csv': at(['2026-01-05T15:00:00Z', '2026-01-06T15:00:00Z']) });
    // The evening of the 5th and the morning of the 6th in UTC are the 5th and the 6th there only by the hour.
    expect((await desk.stage({ 'b.csv': at(['2026-01-05T17:00:00Z']) })).change.overlappingDays).toBe(1);
    expect((await desk.stage({ 'b.csv': at(['2026-01-06T17:00:00Z']) })).change.overlappingDays).toBe(0);
  });
});

describe('new people', () => {
  const orders = 'user_id,event,timestamp,login,contact\n';
  const members = 'user_id,email\nann,ann@x.org\nann-old,Ann@X.org\nbob,bob@x.org\n';
  const merge = async (desk: ImportDesk, ...kinds: string[]) =>
    operations.identityApply({ merge: kinds.map((kind) => ({ kind })) }, desk.context());
  /** Ann under a cookie, Bob under another, and two cookies of Cleo, whom nobody knows. */
  const next = `${orders}c-1,pv,2026-01-05 10:00,ANN@x.org,\nc-2,pv,2026-01-05 11:00,,\nc-2,pv,2026-01-05 12:00,bob@x.org,\nc-3,pv,2026-01-06 10:00,cleo@x.org,\nc-4,pv,2026-01-06 11:00,cleo@x.org,\n`;
  const mapping = { ids: { login: 'email', contact: 'phone' } };

  it('are counted after merging: whom an address names is not new, and several new ids of one person are one', async () => {
    const desk = await importDesk();
    await desk.add({ 'members.csv': members }, { sourceId: 'members' });
    expect((await desk.stage({ 'web.csv': next }, { mapping })).change).toMatchObject({ newPeople: 4, knownPeople: 0 });
    await merge(desk, 'email');
    expect(desk.version.facts.users).toBe(2);
    const before = await desk.tables();
    const { change, staged } = await desk.stage({ 'web.csv': next }, { mapping });
    expect(change).toMatchObject({ newPeople: 1, knownPeople: 2 });
    expect(await desk.tables()).toEqual(before);
    // As it then comes to be.
    await operations.sourceImport({ staged }, desk.context());
    expect(desk.version.facts.users).toBe(3);
    // The same people again, by their ids and by their address.
    const again = `${next}c-9,pv,2026-01-07 10:00,Cleo@x.org,\n`;
    expect((await desk.stage({ 'again.csv': again }, { mapping })).change).toMatchObject({ newPeople: 0, knownPeople: 3 });
  });

  it('are not made one by a kind that nobody chose, nor by an id that too many share', async () => {
    const desk = await importDesk();
    await desk.add({ 'members.csv': members }, { sourceId: 'members' });
    await merge(desk, 'phone');
    expect((await desk.stage({ 'web.csv': next }, { mapping })).change).toMatchObject({ newPeople: 4, knownPeople: 0 });
    await merge(desk, 'email');
    const shared = `${orders}${[1, 2, 3].map((n) => `g-${n},pv,2026-01-05 10:00,bob@x.org,\n`).join('')}`;
    // With Bob they are four, and three may share an address.
    expect((await desk.stage({ 'web.csv': shared }, { mapping })).change).toMatchObject({ newPeople: 3, knownPeople: 0 });
  });

  it('of a first file are those that its own addresses leave', async () => {
    const desk = await importDesk();
    await operations.workspaceSavePlan({ plan: { ...desk.plan, identity: { merge: [{ kind: 'email' }] } } }, desk.context());
    const { change, staged } = await desk.stage({ 'web.csv': next }, { mapping });
    expect(change).toMatchObject({ newPeople: 3, knownPeople: 0 });
    await operations.sourceImport({ staged }, desk.context());
    expect(desk.version.facts.users).toBe(3);
  });
});

describe('files of one drop', () => {
  it('say before the import which rows several of them hold', async () => {
    const desk = await importDesk();
    const both = january.split('\n')[2];
    const change = async (files: Record<string, string>) => (await desk.stage(files)).change;
    // January and February meet nowhere, and a file's own equal rows are told by its report.
    expect((await change({ 'a.csv': january + both, 'b.csv': february })).equalBetween).toBe(0);
    // Twice in the second file and once in the third; another price and another column are another row.
    const second = `${february}${both}\n${both}\n${both.replace(',9,', ',8,')}\n`;
    const files = { 'a.csv': january, 'b.csv': second, 'c.csv': `${header}${both}\n` };
    const { change: found, staged, report } = await desk.stage(files);
    expect(found).toMatchObject({ equalBetween: 3, exactDuplicates: 0 });
    // One click does not bring them in: the person looks first.
    expect([needsLook('add', found, report), needsLook('add', { ...found, equalBetween: 0 }, report)]).toEqual([true, false]);
    // The report after the import says the same.
    const { reports } = await operations.sourceImport({ staged }, desk.context());
    const said = reports.flatMap(({ diagnostics }) => diagnostics.filter(({ code }) => code === 'rows_already_there'));
    expect(said.reduce((sum, { values }) => sum + Number(values!.found), 0)).toBe(3);
  });
});

describe('a stage', () => {
  it('is let go when it was imported or discarded, when others are staged, and when the workspace is closed', async () => {
    const desk = await importDesk();
    const gone = { code: 'stage_gone' };
    const take = (staged: string) => operations.sourceImport({ staged }, desk.context());
    const one = await desk.stage({ 'january.csv': january });
    const two = await desk.stage({ 'february.csv': february });
    await expect(take(one.staged)).rejects.toMatchObject(gone);
    await take(two.staged);
    await expect(take(two.staged)).rejects.toMatchObject(gone);
    const three = await desk.stage({ 'january.csv': january });
    await operations.sourceDiscard({ staged: three.staged }, desk.context());
    await expect(take(three.staged)).rejects.toMatchObject(gone);
    const four = await desk.stage({ 'january.csv': january });
    await operations.workspaceCreate({ name: 'Other', timeZone: 'UTC', currency: 'USD' }, desk.context());
    await expect(take(four.staged)).rejects.toMatchObject(gone);
  });

  it('of a cancelled run is not there, and a cancelled import lets it go and changes nothing', async () => {
    const desk = await importDesk();
    await desk.add({ 'january.csv': january });
    const before = [await desk.tables(), desk.version];
    await expect(desk.stage({ 'february.csv': february }, { run: cancelledRun((stage) => stage === 'read') })).rejects.toThrow('Cancelled');
    const { staged } = await desk.stage({ 'february.csv': february });
    const run = cancelledRun((stage) => stage === 'orders');
    await expect(operations.sourceImport({ staged }, desk.context(run))).rejects.toThrow('Cancelled');
    expect([await desk.tables(), desk.version]).toEqual(before);
    await expect(operations.sourceImport({ staged }, desk.context())).rejects.toMatchObject({ code: 'stage_gone' });
  });

  it('is read again where the zone of the plan was changed meanwhile', async () => {
    const desk = await importDesk();
    const { staged } = await desk.stage({ 'january.csv': january });
    await operations.workspaceSavePlan({ plan: { ...desk.plan, timeZone: 'Asia/Shanghai' } }, desk.context());
    await operations.sourceImport({ staged }, desk.context());
    expect(desk.version.facts).toMatchObject({ timeZone: 'Asia/Shanghai', firstEvent: '2026-01-05T02:00:00.000Z' });
  });
});

describe('several files', () => {
  it('are one source of the plan, with a report each, and the same data as one file', async () => {
    const whole = await importDesk();
    await whole.add({ 'all.csv': january + february.slice(header.length) });
    const desk = await importDesk();
    const { report, reports, view } = await desk.add({ 'january.csv': january, 'february.csv': february });
    expect(report).toMatchObject({ sourceId: 'orders', rowsKept: 5, lastTime: '2026-02-07T10:00:00.000Z' });
    expect(reports.map(({ sourceId, rowsKept }) => [sourceId, rowsKept])).toEqual([['orders/january.csv', 3], ['orders/february.csv', 2]]); // prettier-ignore
    expect(view.plan.sources).toMatchObject([{ id: 'orders', files: ['january.csv', 'february.csv'] }]);
    expect(view.facts).toEqual(whole.version.facts);
  });

  it('can follow later, and rename nothing that is there', async () => {
    const desk = await importDesk();
    await desk.add({ 'january.csv': january });
    const before = desk.version.sources[0];
    const { reports } = await desk.add({ 'february.csv': february });
    expect(reports[0].sourceId).toBe('orders/february.csv');
    expect(desk.plan.sources).toMatchObject([{ id: 'orders', files: ['january.csv', 'february.csv'] }]);
    expect(desk.version.sources[0]).toEqual(before);
    // A shop exports under one name each month: the file before is not lost.
    await desk.add({ 'february.csv': `${header}al,tea,buy,2026-03-03 10:00,4,A9\n` });
    expect(desk.version.sources.map(({ id }) => id)).toEqual(['orders', 'orders/february.csv', 'orders/february.csv 2']);
    await operations.sourceRemove({ sourceId: 'orders/february.csv' }, desk.context());
    expect(desk.plan.sources[0].files).toEqual(['january.csv', 'february.csv']);
    await operations.sourceRemove({ sourceId: 'orders' }, desk.context());
    expect([desk.plan.sources, desk.desk.state.data]).toEqual([[], null]);
  });

  it('are a source of their own where the mapping is another one', async () => {
    const desk = await importDesk();
    await desk.add({ 'january.csv': january });
    await desk.add({ 'february.csv': february.replace('price', 'unit_price') });
    expect(desk.plan.sources.map(({ id, files }) => [id, files])).toEqual([['orders', ['january.csv']], ['orders-2', ['february.csv']]]); // prettier-ignore
  });

  it('are refused together where they would not fit together', async () => {
    const desk = await importDesk();
    const line = 'user-1,item-1,pv,2026-01-05 10:00,1.50,A1\n';
    const large = (name: string) => ({ ...fileOf(header + line.repeat(1000), name), size: 100_000_000 * line.length });
    const { mapping } = await operations.sourceInspect({ file: fileOf(header + line) }, desk.context());
    const files = [large('a.csv'), large('b.csv'), large('c.csv')];
    const refused = operations.sourceStage({ files, sourceId: 'large', mapping, mode: 'add' }, desk.context());
    await expect(refused).rejects.toMatchObject({ code: 'import_too_large', values: { file: 'a.csv + 2' } });
  });
});

describe('rows by key', () => {
  it('take the place of earlier ones with the same order and item, and only of those', async () => {
    const desk = await importDesk();
    await desk.add({ 'january.csv': january, 'february.csv': february });
    const untouched = desk.version.sources[1];
    const { view } = await desk.add({ 'corrected.csv': corrected }, { mode: 'upsert', key: ['order', 'item'] });
    expect(await prices(desk)).toEqual([
      { o: 'A1', i: 'cup', p: 9 },
      { o: 'A1', i: 'tea', p: 5 },
      { o: 'A2', i: 'cup', p: 7 },
      { o: 'A3', i: 'tea', p: 4 },
      { o: 'A4', i: 'pot', p: 30 },
    ]);
    expect(desk.version.sources.map(({ id, rows, lastEvent }) => [id, rows, lastEvent])).toEqual([
      ['orders/january.csv', 1, '2026-01-05T10:00:00.000Z'],
      ['orders/february.csv', 2, '2026-02-07T10:00:00.000Z'],
      ['orders/corrected.csv', 2, '2026-01-31T10:00:00.000Z'],
    ]);
    expect(desk.version.sources[1]).toEqual(untouched);
    expect(view.facts).toMatchObject({ events: 5, orders: 4, users: 3, eventCounts: [{ event: 'order_completed', count: 5 }] });
    expect(view.plan.sources[0].upsert).toEqual({ by: ['order', 'item'], files: [2] });

    // The sums are those of the rows that are there, as if they had never been others.
    const direct = await importDesk();
    const rows = `mo,cup,buy,2026-01-05 10:00,9,A1\n${corrected.slice(header.length)}${february.slice(header.length)}`;
    await direct.add({ 'all.csv': header + rows });
    expect(view.facts).toEqual(direct.version.facts);
  });

  it('can be told by a kept column, and count in the sums with all that the rows hold', async () => {
    const columns = 'user_id,event,timestamp,price,currency,event_id,depth\n';
    const mapping = { keep: ['event_id', 'depth'] };
    const desk = await importDesk();
    await desk.add(
      { 'one.csv': `${columns}mo,buy,2026-01-05 10:00,4,USD,e1,7\nmo,buy,2026-01-05 10:00,9,EUR,e2,8\nbo,pv,2026-01-06 10:00,,,,\n` },
      { mapping },
    );
    const changed = `${columns}mo,buy,2026-01-05 11:00,9,EUR,e2,much\nbo,pv,2026-01-07 10:00,,,,\n`;
    const { change, staged } = await desk.stage({ 'two.csv': changed }, { mapping, mode: 'upsert', key: ['event_id'] });
    // Nothing is like an empty cell, not even another one.
    expect(change).toMatchObject({ rows: 2, updatedRows: 1 });
    await operations.sourceImport({ staged }, desk.context());
    const direct = await importDesk();
    const left = `${columns}mo,buy,2026-01-05 10:00,4,USD,e1,7\nbo,pv,2026-01-06 10:00,,,,\n`;
    await direct.add({ 'all.csv': left + changed.slice(columns.length) }, { mapping });
    expect(desk.version.facts.dataHash).toBe(direct.version.facts.dataHash);
    expect(desk.version.facts).toMatchObject({
      events: 4,
      currencies: [
        { currency: 'EUR', lines: 1 },
        { currency: 'USD', lines: 1 },
      ],
    });
  });

  it('give the same when the plan is run', async () => {
    const desk = await importDesk();
    await desk.add({ 'january.csv': january });
    await desk.add({ 'corrected.csv': corrected }, { mode: 'upsert' });
    await desk.add({ 'february.csv': february });
    const files: Record<string, string> = { 'january.csv': january, 'corrected.csv': corrected, 'february.csv': february };
    const { plan, version } = desk;
    const other = await importDesk();
    await openPlan(other.desk, plan, async (name) => fileOf(files[name], name), other.context());
    expect(other.version.facts).toEqual(version.facts);
  });

  it('can be undone and done again', async () => {
    const desk = await importDesk();
    await desk.add({ 'january.csv': january });
    const before = desk.version;
    const rows = await prices(desk);
    for (const mode of ['add', 'upsert', 'replace'] as const) {
      await desk.add({ 'corrected.csv': corrected }, { mode });
      const after = [desk.version, await prices(desk)];
      await operations.dataStepBack(undefined, desk.context());
      expect([desk.version, await prices(desk), desk.plan.sources[0].files]).toEqual([before, rows, ['january.csv']]);
      await operations.dataStepBack(undefined, desk.context());
      expect([desk.version, await prices(desk)]).toEqual(after);
      await operations.dataStepBack(undefined, desk.context());
    }
    // What is stored is whole, too.
    const { id } = desk.desk.state.entry;
    await desk.add({ 'corrected.csv': corrected }, { mode: 'upsert' });
    const after = await prices(desk);
    await operations.workspaceOpen({ id }, desk.context());
    expect(await prices(desk)).toEqual(after);
  });

  it('take a source away of which no row is left, and the same file again changes nothing', async () => {
    const desk = await importDesk();
    await desk.add({ 'january.csv': january });
    const { facts } = desk.version;
    await desk.add({ 'again.csv': january }, { mode: 'upsert' });
    expect(desk.version.facts).toEqual(facts);
    expect(desk.plan.sources).toMatchObject([{ id: 'orders', files: ['again.csv'] }]);
  });

  it('of people and items go by their id, and take all that was stated with them', async () => {
    const desk = await importDesk();
    const people = 'user_id,email,country\nmo,mo@x.org,DE\nbo,bo@x.org,FR\n';
    await desk.add({ 'people.csv': people }, { sourceId: 'people' });
    const { change, staged } = await desk.stage({ 'new.csv': 'user_id,country\nmo,AT\nal,IT\n' }, { sourceId: 'new', mode: 'upsert' });
    expect(change).toMatchObject({ newPeople: 1, knownPeople: 1, updatedRows: 1 });
    await operations.sourceImport({ staged }, desk.context());
    expect(await desk.rows((t) => sql`SELECT user_id AS u, email AS e, country AS c FROM ${identifier(t.users)} ORDER BY u`)).toEqual([
      { u: 'al', e: null, c: 'IT' },
      { u: 'bo', e: 'bo@x.org', c: 'FR' },
      { u: 'mo', e: null, c: 'AT' },
    ]);
    const direct = await importDesk();
    await direct.add({ 'people.csv': 'user_id,email,country\nbo,bo@x.org,FR\nmo,,AT\nal,,IT\n' }, { sourceId: 'people' });
    expect(desk.version.facts).toEqual(direct.version.facts);
    // The e-mail that was another id of the person, too.
    expect(desk.version.sources[0].hash).toBe((await one('user_id,email,country\nbo,bo@x.org,FR\n')).hash);
  });
});

async function one(text: string) {
  const desk = await importDesk();
  await desk.add({ 'one.csv': text });
  return desk.version.sources[0];
}

describe('replacing', () => {
  it('takes away the sources of the kind, or of one source of the plan only', async () => {
    const desk = await importDesk();
    const fill = async () => {
      await desk.add({ 'january.csv': january, 'february.csv': february }, { mode: 'replace' });
      await desk.add({ 'shop.csv': 'user_id,item_id,event,timestamp\nzo,tea,pv,2026-03-03 10:00\n' }, { sourceId: 'shop' });
    };
    await fill();
    const { change } = await desk.stage({ 'new.csv': corrected }, { mode: 'replace', replaces: 'source' });
    expect(change).toMatchObject({ removedRows: 5, removedSources: ['orders/january.csv', 'orders/february.csv'] });
    await desk.add({ 'new.csv': corrected }, { mode: 'replace', replaces: 'source' });
    expect(desk.plan.sources.map(({ id, files }) => [id, files])).toEqual([['shop', ['shop.csv']], ['orders', ['new.csv']]]); // prettier-ignore
    await fill();
    await desk.add({ 'new.csv': corrected }, { mode: 'replace' });
    expect(desk.plan.sources.map(({ id }) => id)).toEqual(['orders']);
    expect(desk.version.sources.map(({ id }) => id)).toEqual(['orders']);
  });
});
