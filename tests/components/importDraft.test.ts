import { deleteDB } from 'idb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { importDraft as draft, type ImportStep } from '../../src/lib/state/importDraft.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import ColumnMapping from '../../src/lib/ui/data/ColumnMapping.svelte';
import FileSettings from '../../src/lib/ui/data/FileSettings.svelte';
import { expectAccessible } from './accessibility';

const wipe = async () => {
  await deleteDB('muster');
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('muster', { recursive: true }).catch(() => {});
};

/** The bench with its worker, as the page has it. */
beforeAll(wipe);
afterAll(wipe);
beforeEach(() => locale.set('en'));

const fileOf = (name: string, rows: string[]) => new File([`${rows.join('\n')}\n`], name);
const at = <Name extends ImportStep['at']>(name: Name) => expect.poll(() => draft.step.at, { timeout: 60_000 }).toBe(name) as Promise<void>;

async function look(file: File): Promise<void> {
  draft.finish();
  draft.choose([file]);
  await at('mapping');
}

function mappingStep() {
  if (draft.step.at !== 'mapping') throw new Error(`the draft is at ${draft.step.at}`);
  return draft.step;
}

const codes = () => draft.problems.map(({ code }) => code);
const log = fileOf('behaviour.csv', [
  'who;what;price;day',
  'ann;Buy;1,100;02/01/2025',
  'bob;Sneeze;2,350;03/01/2025',
  'cid;pv;;04/01/2025',
]);

describe('the import of a file', () => {
  it('in an empty workspace takes the name, currency and time zone of a data set that is known', async () => {
    expect(await workbench.create('New workspace', 'Asia/Shanghai', 'CNY')).toBe(true);
    await look(
      fileOf('u.csv', [
        'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
        '536365,85123A,LAMP,6,12/1/2010 8:26,2.55,17850,UK',
        '536366,85123A,LAMP,6,12/13/2010 8:26,2.55,17850,UK',
      ]),
    );
    expect(workbench.plan).toMatchObject({ name: 'UCI Online Retail', currency: 'GBP', timeZone: 'Europe/London' });
    expect(codes()).toEqual([]);
  });

  it('lets the columns be corrected, and what is resolved leaves the screen', async () => {
    await look(log);
    expect(codes()).toEqual(expect.arrayContaining(['mapping_no_user', 'ambiguous_dates', 'ambiguous_decimals']));
    draft.setUse('who', 'user');
    expect(codes()).not.toContain('mapping_no_user');
    draft.setReading({ timeFormat: { kind: 'text', pattern: '%d/%m/%Y' } });
    draft.setReading({ decimal: 'comma' });
    expect(codes()).toEqual([]);
    await expect
      .poll(() => mappingStep().preview.readings)
      .toMatchObject({
        time: { text: '02/01/2025', reads: '2025-01-02T00:00:00' },
        number: { text: '1,100', reads: 1.1 },
      });
    // A column chosen for the time that holds none stops the import, and says so.
    draft.setUse('what', 'time');
    expect(draft.isReady).toBe(false);
    await expect.poll(codes).toContain('time_not_recognised');
    draft.setUse('day', 'time');
    expect(draft.isReady).toBe(true);
    await expect.poll(codes).not.toContain('time_not_recognised');
  });

  it('offers the words of a column that is chosen for the event', async () => {
    await look(log);
    draft.setUse('who', 'user');
    draft.setUse('what', 'none');
    expect([draft.eventWords, draft.mapping?.defaultEvent]).toEqual([null, 'order_completed']);
    draft.setUse('what', 'event');
    expect(draft.mapping?.defaultEvent).toBeUndefined();
    expect(draft.eventWords).toEqual([
      { word: 'Buy', event: 'order_completed' },
      { word: 'Sneeze', event: 'Sneeze' },
      { word: 'pv', event: 'product_viewed' },
    ]);
    draft.rename('Sneeze', 'product_searched');
    draft.rename('pv', 'pv');
    expect(draft.mapping?.eventNames).toEqual({ Buy: 'order_completed', Sneeze: 'product_searched', pv: 'pv' });
  });

  it('shows the readings and the words, and every choice has its name', async () => {
    await look(log);
    draft.setUse('who', 'user');
    draft.setUse('what', 'event');
    const settings = render(FileSettings, { draft, preview: mappingStep().preview });
    await expect.element(settings.getByText('“02/01/2025” is read as Feb 1, 2025.')).toBeVisible();
    await expect.element(settings.getByText('“1,100” in price is read as 1.1.')).toBeVisible();
    await expect.element(settings.getByRole('radio', { name: 'Month first' })).toBeChecked();
    await expect.element(settings.getByRole('radio', { name: '1.234,5' })).toBeChecked();
    await expect.element(settings.getByText('Sneeze', { exact: true }).first()).toBeVisible();
    (settings.getByRole('radio', { name: 'Day first' }).element() as HTMLInputElement).click();
    expect(draft.mapping?.timeFormat).toEqual({ kind: 'text', pattern: '%d/%m/%Y' });
    await expectAccessible(settings.container);
  });

  it('of customers keeps what is not personal, unless it is asked for', async () => {
    await look(
      fileOf('people.csv', [
        'customer_id,full name,city,email',
        ...Array.from({ length: 30 }, (_, i) => `c${i},Ann ${i},Rome,a${i}@x.org`),
      ]),
    );
    expect(draft.mapping?.columns.map((column) => draft.useOf(column))).toEqual(['user', 'none', 'keep', 'email']);
    const columns = render(ColumnMapping, { draft, preview: mappingStep().preview });
    await expect.element(columns.getByRole('combobox', { name: "Meaning of column full name: Don't import" })).toBeVisible();
    await expect.element(columns.getByRole('combobox', { name: 'Meaning of column city: Keep as a trait' })).toBeVisible();
    await expect.element(columns.getByText('looks personal')).toBeVisible();
    await expectAccessible(columns.container);
    draft.setUse('full name', 'keep');
    draft.setUse('city', 'none');
    draft.setUse('email', 'none');
    expect(draft.mapping?.keep).toEqual(['full name']);
    expect(draft.mapping?.roles).toEqual({ user: 'customer_id' });
  });

  it('adds unless replacing is chosen, and knows what would go', async () => {
    await look(log);
    expect([draft.mode, draft.replaced]).toEqual(['add', []]);
    draft.setUse('who', 'user');
    await draft.start();
    await at('done');
    expect(workbench.view?.facts?.events).toBe(3);
    await look(fileOf('june.csv', ['user_id,event,time', 'ann,buy,2026-06-01']));
    expect([draft.mode, draft.replaced.map(({ fileName, rowsKept }) => [fileName, rowsKept])]).toEqual(['add', [['behaviour.csv', 3]]]);
    await draft.start();
    await at('done');
    expect(workbench.view?.facts?.events).toBe(4);
  });
});
