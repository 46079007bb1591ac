import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { FileInput } from '../../src/lib/core/schema/files';
import { importDraft as draft, type ImportStep } from '../../src/lib/state/importDraft.svelte';
import { needsLook } from '../../src/lib/state/importing/needsLook';
import type { SourceDraft } from '../../src/lib/state/importing/sourceDraft.svelte';
import { needsOrders, surelyOrdersOf } from '../../src/lib/state/importing/orderPairs';
import { groupTables, sourceNameOf } from '../../src/lib/state/importing/tableGroups';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import SourceCards from '../../src/lib/ui/data/SourceCards.svelte';
import ColumnMapping from '../../src/lib/ui/data/ColumnMapping.svelte';
import FileSettings from '../../src/lib/ui/data/FileSettings.svelte';
import ChecksStep from '../../src/lib/ui/data/wizard/ChecksStep.svelte';
import ColumnsStep from '../../src/lib/ui/data/wizard/ColumnsStep.svelte';
import FilesStep from '../../src/lib/ui/data/wizard/FilesStep.svelte';
import FormatStep from '../../src/lib/ui/data/wizard/FormatStep.svelte';
import { xlsxBytes } from '../support/xlsx';
import { expectAccessible } from './accessibility';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

/** The bench with its worker, as the page has it. */
beforeAll(wipeWorkspaces);
afterAll(wipeWorkspaces);
beforeEach(() => locale.set('en'));

const fileOf = (name: string, rows: string[]) => new File([`${rows.join('\n')}\n`], name);
const orders = (name: string, days: string[], people = ['ann', 'bob', 'cid']) =>
  fileOf(name, [
    'user_id,event,time,order_id,price',
    ...days.flatMap((day) => people.map((who) => `${who},buy,${day},${who}-${day},9.90`)),
  ]);

const at = <Name extends ImportStep['at']>(name: Name) => expect.poll(() => draft.step.at, { timeout: 60_000 }).toBe(name) as Promise<void>;

async function look(...files: File[]): Promise<SourceDraft> {
  await draft.finish();
  await draft.choose(files);
  await at('columns');
  return draft.source!;
}

function stepAt<Name extends ImportStep['at']>(name: Name): Extract<ImportStep, { at: Name }> {
  if (draft.step.at !== name) throw new Error(`the draft is at ${draft.step.at}`);
  return draft.step as Extract<ImportStep, { at: Name }>;
}

const codes = () => draft.source?.problems.map(({ code }) => code);
const log = fileOf('behaviour.csv', [
  'who;what;price;day',
  'ann;Buy;1,100;02/01/2025',
  'bob;Sneeze;2,350;03/01/2025',
  'cid;pv;;04/01/2025',
]);

describe('the columns of a file', () => {
  it('in an empty workspace bring the name, currency and time zone of a data set that is known', async () => {
    expect(await workbench.create('New workspace', 'Asia/Shanghai', 'CNY')).toBe(true);
    const source = await look(
      fileOf('u.csv', [
        'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
        '536365,85123A,LAMP,6,12/1/2010 8:26,2.55,17850,UK',
        '536366,85123A,LAMP,6,12/13/2010 8:26,2.55,17850,UK',
      ]),
    );
    expect(workbench.plan).toMatchObject({ name: 'UCI Online Retail', currency: 'GBP', timeZone: 'Europe/London' });
    expect(codes()).toEqual([]);
    expect(source.isDoubtful).toBe(false);
  });

  it('can be corrected, and what is resolved leaves the screen', async () => {
    const source = await look(log);
    expect(codes()).toEqual(expect.arrayContaining(['ambiguous_dates', 'ambiguous_decimals']));
    source.setUse('who', 'user');
    expect(codes()).not.toContain('mapping_no_user');
    source.setReading({ timeFormat: { kind: 'text', pattern: '%d/%m/%Y' } });
    source.setReading({ decimal: 'comma' });
    expect(codes()).toEqual([]);
    await expect
      .poll(() => source.preview?.readings)
      .toMatchObject({
        time: { text: '02/01/2025', reads: '2025-01-02T00:00:00' },
        number: { text: '1,100', reads: 1.1 },
      });
    // A column chosen for the time that holds none stops the import, and says so.
    source.setUse('what', 'time');
    expect(source.isReady).toBe(false);
    await expect.poll(codes).toContain('time_not_recognised');
    source.setUse('day', 'time');
    expect(source.isReady).toBe(true);
    await expect.poll(codes).not.toContain('time_not_recognised');
  });

  it('offer the words of a column that is chosen for the event', async () => {
    const source = await look(log);
    source.setUse('who', 'user');
    source.setUse('what', 'none');
    expect([source.eventWords, source.mapping?.defaultEvent]).toEqual([null, 'order_completed']);
    source.setUse('what', 'event');
    expect(source.mapping?.defaultEvent).toBeUndefined();
    expect(source.eventWords).toEqual([
      { word: 'Buy', event: 'order_completed' },
      { word: 'Sneeze', event: 'Sneeze' },
      { word: 'pv', event: 'product_viewed' },
    ]);
    source.renameEvent('Sneeze', 'product_searched');
    source.renameEvent('pv', 'pv');
    expect(source.mapping?.eventNames).toEqual({ Buy: 'order_completed', Sneeze: 'product_searched', pv: 'pv' });
  });

  it('show the readings and the words, and every choice has its name', async () => {
    const source = await look(log);
    source.setUse('who', 'user');
    source.setUse('what', 'event');
    const settings = render(FileSettings, { source, preview: source.preview! });
    await expect.element(settings.getByText('“02/01/2025” is read as Feb 1, 2025 (Europe/London).')).toBeVisible();
    await expect.element(settings.getByText('“1,100” in price is read as 1.1.')).toBeVisible();
    await expect.element(settings.getByRole('radio', { name: 'Month first' })).toBeChecked();
    await expect.element(settings.getByRole('radio', { name: '1.234,5' })).toBeChecked();
    await expect.element(settings.getByText('Sneeze', { exact: true }).first()).toBeVisible();
    (settings.getByRole('radio', { name: 'Day first' }).element() as HTMLInputElement).click();
    expect(source.mapping?.timeFormat).toEqual({ kind: 'text', pattern: '%d/%m/%Y' });
    await expectAccessible(settings.container);
  });

  it('of customers are kept where they are not personal, unless it is asked for', async () => {
    const source = await look(
      fileOf('people.csv', [
        'customer_id,full name,city,email',
        ...Array.from({ length: 30 }, (_, i) => `c${i},Ann ${i},Rome,a${i}@x.org`),
      ]),
    );
    expect(source.mapping?.columns.map((column) => source.useOf(column))).toEqual(['user', 'none', 'keep', 'email']);
    const columns = render(ColumnMapping, { source, preview: source.preview! });
    await expect.element(columns.getByRole('combobox', { name: "Meaning of column full name: Don't import" })).toBeVisible();
    await expect.element(columns.getByRole('combobox', { name: 'Meaning of column city: Keep as a trait' })).toBeVisible();
    await expectAccessible(columns.container);
    source.setUse('full name', 'keep');
    source.setUse('city', 'none');
    source.setUse('email', 'none');
    expect(source.mapping?.keep).toEqual(['full name']);
    expect(source.mapping?.roles).toEqual({ user: 'customer_id' });
  });

  it('can be other ids of the person, or properties of the events', async () => {
    const source = await look(
      fileOf('log.csv', ['user_id,event,time,handset,colour', 'ann,buy,2026-05-01,h1,red', 'bob,pv,2026-05-02,h2,blue']),
    );
    source.setUse('handset', 'id:device');
    source.setUse('colour', 'keep');
    expect(source.mapping).toMatchObject({ ids: { handset: 'device' }, keep: ['colour'] });
    expect(['handset', 'colour'].map((column) => source.useOf(column))).toEqual(['id:device', 'keep']);
    source.setUse('handset', 'none');
    source.setUse('colour', 'none');
    expect([source.mapping?.ids, source.mapping?.keep ?? []]).toEqual([undefined, []]);
  });

  it('of a file without a header are named by the person', async () => {
    const source = await look(fileOf('log.csv', ['ann,2026-05-01,7', 'bob,2026-05-02,8', 'cid,2026-05-03,9']));
    expect(source.mapping).toMatchObject({ header: false, columns: ['column1', 'column2', 'column3'] });
    source.setUse('column3', 'keep');
    source.rename('column3', 'points');
    expect([source.nameProblem('column2', 'points')?.code, source.nameProblem('column2', ' ')?.code]).toEqual([
      'column_name_taken',
      'column_name_empty',
    ]);
    source.rename('column2', 'points');
    expect(source.mapping).toMatchObject({ columns: ['column1', 'column2', 'points'], keep: ['points'] });
    await expect.poll(() => source.preview?.columns.map(({ name }) => name)).toEqual(['column1', 'column2', 'points']);
    const columns = render(ColumnMapping, { source, preview: source.preview! });
    await expect.element(columns.getByRole('textbox', { name: 'Name of column 3' })).toHaveValue('points');
    await expectAccessible(columns.container);
  });

  it('stay as they were chosen while another encoding is tried', async () => {
    const gbk = new Uint8Array([
      ...new TextEncoder().encode('user_id,'),
      // 城市 and 北京 in GBK.
      ...[0xb3, 0xc7, 0xca, 0xd0],
      ...new TextEncoder().encode(',time,event\nann,'),
      ...[0xb1, 0xb1, 0xbe, 0xa9],
      ...new TextEncoder().encode(',2026-05-01,buy\n'),
    ]);
    const source = await look(new File([gbk], 'gbk.csv'));
    expect(source.mapping).toMatchObject({ encoding: 'gb18030', columns: ['user_id', '城市', 'time', 'event'] });
    expect(source.preview?.text).toContain('北京');
    source.setUse('城市', 'keep');
    await draft.goTo('format');
    await source.setDialect({ encoding: 'windows-1252' });
    expect(source.preview?.text).not.toContain('北京');
    expect(source.mapping?.keep).toEqual([source.mapping?.columns[1]]);
    await source.setDialect({ encoding: 'gb18030' });
    expect(source.mapping).toMatchObject({ keep: ['城市'], roles: { user: 'user_id', time: 'time', event: 'event' } });
    const step = render(FormatStep, { draft, source });
    await expect.element(step.getByText('ann,北京', { exact: false }).first()).toBeVisible();
    await expectAccessible(step.container);
    await draft.goTo('columns');
    expect(draft.source).toBe(source);
  });
});

describe('the steps of an import', () => {
  it('from one file to its rows take one call, and leave the choices where something fails', async () => {
    const source = await look(orders('may.csv', ['2026-05-01', '2026-05-02']));
    expect([source.mode, draft.replacedBy(source)]).toEqual(['add', []]);
    await draft.start();
    expect(stepAt('done').report).toMatchObject({ rowsRead: 6, rowsKept: 6 });
    expect(workbench.view?.facts?.events).toBe(6);
    // The same file again: nothing is lost of what was chosen.
    const again = await look(orders('may.csv', ['2026-05-01', '2026-05-02']));
    expect(again.into).toBe('may');
    await draft.check();
    expect(stepAt('checks').staged.change).toMatchObject({ exactDuplicates: 6, overlappingDays: 2, newPeople: 0 });
    await draft.goTo('columns');
    expect([draft.step.at, draft.source === again, workbench.view?.facts?.events]).toEqual(['columns', true, 6]);
  });

  it('show what an append changes, and bring it in when it is confirmed', async () => {
    const june = await look(orders('june.csv', ['2026-05-02', '2026-06-01'], ['ann', 'dan']));
    expect(june.preview?.like).toBe('may');
    expect(june.into).toBe('may');
    await draft.start();
    // Two days overlap in part: that wants to be seen before it happens.
    const { staged } = stepAt('checks');
    expect(staged.change).toMatchObject({ rows: 4, newPeople: 1, knownPeople: 1, overlappingDays: 1, exactDuplicates: 1 });
    const screen = render(ChecksStep, { draft, source: june, staged });
    await expect.element(screen.getByRole('row', { name: 'New customers 1' })).toBeVisible();
    await expect.element(screen.getByRole('row', { name: 'Equal rows 1' })).toBeVisible();
    await expectAccessible(screen.container);
    // Replacing counts again, without another read.
    await draft.setMode('replace');
    expect(stepAt('checks').staged.change).toMatchObject({ removedRows: 6, removedSources: ['may'] });
    await draft.setMode('upsert');
    expect(stepAt('checks').staged.change).toMatchObject({ removedRows: 0, updatedRows: 1 });
    await draft.setMode('add');
    await draft.confirm();
    expect(workbench.view?.facts?.events).toBe(10);
    expect(workbench.plan?.sources.map(({ id, files }) => [id, files])).toEqual([['may', ['may.csv', 'june.csv']]]);
  });

  it('end with nothing where they are left', async () => {
    await look(orders('july.csv', ['2026-07-01']));
    await draft.check();
    await draft.finish();
    expect([draft.step.at, draft.sources.length, workbench.view?.facts?.events]).toEqual(['choose', 0, 10]);
  });

  it('end with nothing in another workspace', async () => {
    await look(orders('july.csv', ['2026-07-01']));
    draft.visit(workbench.view!.entry.id);
    expect(draft.step.at).toBe('columns');
    draft.visit('another');
    expect([draft.step.at, draft.sources.length]).toEqual(['choose', 0]);
  });

  it('correct the mapping of a source that is there', async () => {
    draft.correct('may');
    await at('columns');
    const source = draft.source!;
    expect(source.included.map(({ name }) => name)).toEqual(['may.csv', 'june.csv']);
    expect(source.mapping?.roles.price).toBe('price');
    source.setUse('price', 'none');
    await draft.start();
    await at('done');
    expect(workbench.view?.facts?.events).toBe(10);
    expect(workbench.plan?.sources).toHaveLength(1);
    expect(workbench.plan?.sources[0].mapping).toMatchObject({ roles: { user: 'user_id', time: 'time' } });
    expect(JSON.stringify(workbench.plan?.sources[0].mapping)).not.toContain('"price":');
  });

  it('ask for the files of a source that are no longer at hand, and look whether they are the same', async () => {
    await look(orders('august.csv', ['2026-08-01']));
    draft.source!.into = null;
    await draft.start();
    await at('done');
    // As after a reload: the draft of another page.
    const { ImportDraft } = await import('../../src/lib/state/importDraft.svelte');
    const later = new ImportDraft(workbench);
    later.correct('august');
    expect(later.step).toMatchObject({ at: 'choose', intent: { does: 'correct', files: ['august.csv'] } });
    await later.choose([orders('september.csv', ['2026-08-01'])]);
    expect(later.step).toMatchObject({ at: 'choose', error: { code: 'other_files' } });
    await later.choose([fileOf('august.csv', ['user_id,event,time', 'ann,buy,2026-08-01'])]);
    expect(later.step).toMatchObject({ at: 'choose', error: { code: 'other_columns' } });
    await later.choose([orders('august.csv', ['2026-08-01', '2026-08-02'])]);
    expect(later.step.at).toBe('columns');
    await later.start();
    // More rows than then: it says so before anything happens.
    expect(later.step.at).toBe('checks');
    await later.finish();
  });

  it('take a next file for a source that is named, with or without a header', async () => {
    await look(fileOf('log.csv', ['ann,2026-03-01,7', 'bob,2026-03-02,8', 'cid,2026-03-03,9']));
    draft.source!.rename('column3', 'points');
    draft.source!.setUse('points', 'keep');
    await draft.start();
    await at('done');
    draft.addTo('log');
    await draft.choose([fileOf('log-april.csv', ['ann,2026-04-01,7', 'bob,2026-04-02,8', 'dan,2026-04-03,9'])]);
    await at('columns');
    expect([draft.source?.into, draft.source?.mapping?.columns]).toEqual(['log', ['column1', 'column2', 'points']]);
    await draft.start();
    await at('done');
    expect(workbench.plan?.sources.find(({ id }) => id === 'log')?.files).toEqual(['log.csv', 'log-april.csv']);
    draft.addTo('log');
    await draft.choose([orders('other.csv', ['2026-04-04'])]);
    await at('columns');
    expect([draft.source?.into, draft.source?.error]).toMatchObject([null, { code: 'add_other_columns' }]);
  });

  it('go through several sources one after the other, or with one click', async () => {
    await draft.finish();
    await draft.choose([
      fileOf('people.csv', ['customer_id,city', 'ann,Rome', 'bob,Oslo']),
      orders('2026-09.csv', ['2026-09-01']),
      orders('2026-10.csv', ['2026-10-01']),
      fileOf('photo.png', ['\u0000\u0001']),
    ]);
    expect(draft.step.at).toBe('files');
    expect(draft.sources.map(({ tables }) => tables.map(({ name }) => name))).toEqual([['people.csv'], ['2026-09.csv', '2026-10.csv']]);
    expect(draft.skipped.map(({ name }) => name)).toEqual(['photo.png']);
    const screen = render(FilesStep, { draft });
    await expect.element(screen.getByRole('button', { name: /^Import all 2/ })).toBeVisible();
    await expectAccessible(screen.container);
    const [people, months] = draft.sources;
    // Back and forth keeps what was left out.
    months.include(months.tables[1], false);
    await draft.goTo('columns', months);
    await draft.goTo('files');
    expect(months.included.map(({ name }) => name)).toEqual(['2026-09.csv']);
    months.include(months.tables[1], true);
    expect(draft.isAllReady).toBe(true);
    const events = workbench.view!.facts!.events;
    await draft.importAll();
    expect(draft.step.at).toBe('done');
    expect([people.report?.rowsKept, months.report?.rowsKept]).toEqual([2, 6]);
    expect(workbench.view?.facts?.events).toBe(events + 6);
  });

  it('refuse what is no table and go on', async () => {
    await draft.finish();
    await draft.choose([new File([], 'empty.csv')]);
    expect(stepAt('refused').error).toMatchObject({ code: 'file_empty' });
    await draft.finish();
    await draft.choose([fileOf('one.csv', ['a', 'b', 'c'])]);
    await at('refused');
    expect(draft.sources[0].canBeReadOtherwise).toBe(true);
    await draft.goTo('format', draft.sources[0]);
    expect(draft.step.at).toBe('format');
    await draft.finish();
  });
});

describe('a workbook with a sheet a month', () => {
  const header = ['user_id', 'event', 'time', 'order_id', 'price'];
  const month = (name: string, orders: string[]) => ({ [name]: { rows: [header, ...orders.map((order, day) => ['ann', 'buy', `2026-${name.slice(0, 2)}-0${day + 1} 10:00:00`, order, 5])] } }); // prettier-ignore
  const book = (name: string, sheets: Parameters<typeof xlsxBytes>[0]) => new File([xlsxBytes(sheets) as Uint8Array<ArrayBuffer>], name);
  const autumn = () => book('sales.xlsx', { Cover: { rows: [['Sales of 2026']] }, ...month('09月', ['a', 'b']), ...month('10月', ['c']) });

  it('is one source, as several files are', async () => {
    expect(await workbench.create('Sheets', 'UTC', 'CNY')).toBe(true);
    await draft.finish();
    await draft.choose([autumn()]);
    expect(draft.sources.map(({ tables, name }) => [name, tables.map(({ sheet }) => sheet)])).toEqual([['sales', ['09月', '10月']]]);
    expect(draft.sources[0].estimatedRows).toBe(3);
    await draft.importAll();
    await at('done');
    expect(workbench.plan?.sources).toMatchObject([
      { id: 'sales', files: ['sales.xlsx/09月', 'sales.xlsx/10月'], mapping: { sheet: '09月' } },
    ]);
    expect(workbench.view?.reports.map(({ fileName, rowsKept }) => [fileName, rowsKept])).toEqual([['sales.xlsx/09月', 2], ['sales.xlsx/10月', 1]]); // prettier-ignore
  });

  it('goes on with next month’s, whatever its sheet is called', async () => {
    const source = await look(book('next.xlsx', month('11月', ['d'])));
    expect([source.into, source.isReady]).toEqual(['sales', true]);
    await draft.start();
    await at('done');
    expect(workbench.plan?.sources).toMatchObject([{ id: 'sales', files: ['sales.xlsx/09月', 'sales.xlsx/10月', 'next.xlsx/11月'] }]);
    expect(workbench.view?.facts).toMatchObject({ orders: 4 });
  });

  it('is corrected with all of its sheets', async () => {
    const { ImportDraft } = await import('../../src/lib/state/importDraft.svelte');
    const later = new ImportDraft(workbench);
    later.correct('sales');
    await later.choose([autumn()]);
    expect(later.step).toMatchObject({ at: 'choose', error: { code: 'other_files', values: { files: 'next.xlsx/11月' } } });
    await later.choose([autumn(), book('next.xlsx', month('11月', ['d']))]);
    expect([later.step.at, later.source?.included.length, later.source?.isReady]).toEqual(['columns', 3, true]);
    await later.start();
    await expect.poll(() => later.step.at, { timeout: 60_000 }).toBe('done');
    expect(workbench.view?.facts).toMatchObject({ orders: 4 });
    await later.finish();
  });

  it('shows another of its sheets where one is wanted', async () => {
    await draft.finish();
    await draft.choose([book('other.xlsx', { ...month('01月', ['x']), Wide: { rows: [[...header, 'note'], ['bob', 'buy', '2026-01-05 10:00:00', 'y', 6, 'n']] } })]); // prettier-ignore
    const [source] = draft.sources;
    expect(draft.sources.map(({ tables }) => tables.length)).toEqual([1, 1]);
    await source.setDialect({ sheet: 'Wide' });
    expect([source.mapping?.sheet, source.mapping?.columns.length, source.files.length]).toEqual(['Wide', 6, 1]);
    expect(source.files[0]).toBeInstanceOf(File);
    await draft.finish();
  });
});

describe('order lines and the file of their orders', () => {
  const lines = (name: string, rows: string[]) => fileOf(name, ['order_id,product_id,add_to_cart_order,reordered', ...rows]);
  const ofOrders = (name: string, rows: string[]) =>
    fileOf(name, ['order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order', ...rows]);
  const may = () => [
    lines('lines-may.csv', ['1,196,1,0', '1,14084,2,0', '2,196,1,1']),
    ofOrders('orders-may.csv', ['1,7,prior,1,2,08,', '2,8,prior,1,3,07,']),
  ];
  const june = () => [
    lines('lines-june.csv', ['3,196,1,1', '4,30,1,0']),
    ofOrders('orders-june.csv', ['3,9,prior,1,2,08,', '4,9,prior,2,3,07,12.0']),
  ];
  const found = async (files: File[]) => {
    await draft.finish();
    await draft.choose(files);
    const [first, second] = draft.sources;
    return first?.title.startsWith('lines') ? { details: first, heads: second } : { details: second, heads: first };
  };

  it('pair by themselves, can be taken apart and put together again', async () => {
    const { details, heads } = await found(may());
    expect([details.ordersInUse, details.givenRoles, details.missingRoles, details.isReady]).toEqual([heads, ['user', 'time'], [], true]);
    expect(details.problems).toEqual([]);
    expect([draft.wanted, draft.isAllReady]).toEqual([[details], true]);
    const screen = render(FilesStep, { draft });
    await expect.element(screen.getByText('Buyer and time come from orders-may.csv.')).toBeVisible();
    await expect.element(screen.getByText('orders of lines-may.csv')).toBeVisible();
    await expect.element(screen.getByRole('button', { name: /^Import .*3/ })).toBeVisible();
    await expectAccessible(screen.container);
    await screen.getByRole('button', { name: 'Keep the two apart' }).click();
    expect([details.missingRoles, details.isReady, draft.wanted.length]).toEqual([['user', 'time'], false, 2]);
    expect([details.problems.map(({ code }) => code), heads.isReady]).toEqual([['needs_orders'], true]);
    await screen.getByRole('button', { name: 'Take buyer and time from orders-may.csv' }).click();
    expect([details.isReady, draft.wanted]).toEqual([true, [details]]);
    // Orders that are left out give nothing, and those of lines that are left out come in by themselves.
    heads.include(heads.tables[0], false);
    expect([details.isReady, draft.wanted]).toEqual([false, [details]]);
    heads.include(heads.tables[0], true);
    details.include(details.tables[0], false);
    expect(draft.wanted).toEqual([heads]);
  });

  it('say what they need when they come alone, and take the file of orders then', async () => {
    expect(await workbench.create('Baskets', 'UTC', 'USD')).toBe(true);
    const [linesFile, ordersFile] = may();
    const source = await look(linesFile);
    expect([source.isReady, source.lacksOrders]).toEqual([false, true]);
    const screen = render(ColumnsStep, { draft, source });
    await expect.element(screen.getByRole('button', { name: 'Add the file of orders' })).toBeVisible();
    await expectAccessible(screen.container);
    await draft.addOrders(source, [fileOf('people.csv', ['customer_id,city', 'ann,Rome', 'bob,Oslo'])]);
    expect([source.error, draft.sources.length]).toMatchObject([{ code: 'no_file_of_orders' }, 1]);
    await draft.addOrders(source, [ordersFile]);
    expect([source.error, source.isReady, draft.step.at]).toEqual([null, true, 'columns']);
    await expect.element(screen.getByText('Buyer and time come from orders-may.csv.')).toBeVisible();
    await draft.start();
    expect(stepAt('done').report).toMatchObject({ rowsRead: 3, rowsKept: 3 });
    expect(workbench.view?.facts).toMatchObject({ users: 2, events: 3, orders: 2 });
  });

  it('of two months are one source, though the export got a column in the second', async () => {
    const [lateLines, lateOrders] = june();
    const [head, ...rest] = (await lateOrders.text()).trim().split('\n');
    const wider = fileOf('orders-june.csv', [`${head},coupon`, ...rest.map((row) => `${row},SPRING`)]);
    const { details, heads } = await found([...may(), lateLines, wider]);
    expect(draft.sources.length).toBe(2);
    expect([details.included.length, heads.included.length, details.ordersInUse]).toEqual([2, 2, heads]);
    expect([heads.tables[0].name, draft.wanted, draft.isAllReady]).toEqual(['orders-june.csv', [details], true]);
    await draft.finish();
  });

  it('of the next month join those of before', async () => {
    const { details, heads } = await found(june());
    expect([details.into, details.ordersInUse]).toEqual(['lines-may', heads]);
    expect(heads.error).toBeNull();
    await draft.importAll();
    // Relative dates of both months lie on the same days.
    if (draft.step.at === 'checks') await draft.confirm();
    expect(stepAt('done').report).toMatchObject({ rowsKept: 2 });
    expect(workbench.plan?.sources).toMatchObject([
      {
        id: 'lines-may',
        files: ['lines-may.csv', 'lines-june.csv'],
        orders: { files: ['orders-may.csv', 'orders-june.csv'], byFile: [[0], [1]] },
      },
    ]);
    expect(workbench.view?.facts).toMatchObject({ users: 3, events: 5, orders: 4 });
    const screen = render(SourceCards);
    await expect.element(screen.getByText('Orders from orders-may.csv and orders-june.csv')).toBeVisible();
    await expectAccessible(screen.container);
  });

  it('are corrected with both files', async () => {
    draft.correct('lines-may');
    await at('columns');
    const source = draft.source!;
    expect([source.included.length, source.ordersInUse?.included.length, source.isReady]).toEqual([2, 2, true]);
    source.setUse('product_id', 'none');
    await draft.start();
    await at('done');
    expect(workbench.plan?.sources).toMatchObject([{ id: 'lines-may', orders: { files: ['orders-may.csv', 'orders-june.csv'] } }]);
    expect(workbench.view?.facts).toMatchObject({ users: 3, events: 5, items: 0 });
    // After a reload they are asked for.
    const { ImportDraft } = await import('../../src/lib/state/importDraft.svelte');
    const later = new ImportDraft(workbench);
    later.correct('lines-may');
    expect(later.step).toMatchObject({ intent: { files: ['lines-may.csv', 'lines-june.csv', 'orders-may.csv', 'orders-june.csv'] } });
    await later.choose([...may(), june()[0]]);
    expect(later.step).toMatchObject({ at: 'choose', error: { code: 'other_files', values: { files: 'orders-june.csv' } } });
    await later.choose([...may(), ...june()]);
    expect([later.step.at, later.source?.isReady]).toEqual(['columns', true]);
    await later.finish();
  });
});

describe('small rules', () => {
  it('lines take the orders of their platform, or of the same order id; any others only where there is no choice', () => {
    const source = (roles: Record<string, string>, preset: string | null = null) =>
      ({ mapping: { kind: 'events', roles }, preview: { preset }, included: [1], report: null, ordersInUse: null }) as never;
    const [lines, own] = [source({ order: 'order_id' }), source({ order: 'Order ID', user: 'u', time: 't' })];
    const other = source({ order: 'no', user: 'u', time: 't' });
    const [shop, rival] = ['shop', 'rival'].map((preset) => source({ order: 'no', user: 'u', time: 't' }, preset));
    expect([lines, own].map(({ mapping }) => needsOrders(mapping))).toEqual([true, false]);
    expect(surelyOrdersOf(lines, [lines, other, own])).toBe(own);
    expect(surelyOrdersOf(lines, [lines, other])).toBe(other);
    expect(surelyOrdersOf(lines, [lines, other, shop])).toBeNull();
    expect(surelyOrdersOf(source({ order: 'order_id' }, 'shop'), [own, rival, shop])).toBe(shop);
    expect(surelyOrdersOf(source({ order: 'no' }, 'shop'), [rival])).toBeNull();
  });

  const table = (name: string, columns: string[], sheet?: string, file: FileInput = new File([], name)) =>
    ({ name, columns, sheet, format: 'delimited', bytes: 1, file }) as never;

  it('tables with the same columns are one source', () => {
    const tables = [table('a1', ['x', 'y']), table('b', ['x']), table('a2', ['x', 'y']), table('a3', ['x', 'y'], 'Sheet2')];
    // A sheet of a workbook in an archive has no name of its own.
    const archived = table('a4', ['x', 'y'], 'Sheet3', { file: new File([], 'a.zip'), member: 'a.xlsx' });
    const groups = groupTables([...tables, archived]).map((group) => group.map(({ name }) => name));
    expect(groups).toEqual([['a1', 'a2', 'a3'], ['b'], ['a4']]);
  });

  it('a source is called after its files', () => {
    expect(sourceNameOf(['orders.csv'])).toBe('orders');
    expect(sourceNameOf(['2026/orders.csv.gz'])).toBe('orders');
    expect(sourceNameOf(['orders-2026-01.csv', 'orders-2026-02.csv'])).toBe('orders');
    expect(sourceNameOf(['1.csv', '2.csv'])).toBe('1');
  });

  it('a file that only brings something new needs no look', () => {
    const change = { exactDuplicates: 0, overlappingDays: 0 } as never;
    const report = { rowsKept: 6, rowsRejected: 2 } as never;
    expect(needsLook('add', change, report)).toBe(false);
    expect(needsLook('replace', change, report)).toBe(true);
    expect(needsLook('add', { exactDuplicates: 1, overlappingDays: 0 } as never, report)).toBe(true);
    expect(needsLook('add', change, { rowsKept: 2, rowsRejected: 6 } as never)).toBe(true);
  });
});
