import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mappingSchema } from '../../../src/lib/core/plan/schema';
import { quietContext } from '../../../src/lib/core/base/run';
import { readMapping, writeMapping } from '../../../src/lib/core/plan/mappingFile';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { sourcePresets } from '../../../src/lib/core/schema/presets';
import { suggestionReasons, type Mapping } from '../../../src/lib/core/schema/roles';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { eventsOf, factsOf, fixture } from './presetSupport';
import { fileOf } from './support';

const fixtures = readdirSync(new URL('../../fixtures/presets/', import.meta.url)).sort();
/** Those that cannot be imported by themselves. */
const alone = fixtures.filter(
  (name) => !['instacart-lines.csv', 'taobao-order-details.csv', 'youzan-goods.csv', 'retailrocket-tree.csv'].includes(name),
);
const withHeader = alone.filter((name) => name.endsWith('.csv') && name !== 'taobao-behavior.csv');

const stage = async (content: string | Uint8Array, mapping: Mapping) => {
  const { source } = await stageFile(fileOf(content), mapping, {
    sourceId: 's',
    zone: new TimeZone('UTC'),
    currency: 'USD',
    run: quietContext(),
  });
  const facts = (['users', 'items'] as const).map((of) => (source[of] ? factsOf(source, of) : {}));
  return { events: source.events ? eventsOf(source) : [], facts };
};

describe('every preset', () => {
  const messages = (locale: string) =>
    JSON.parse(readFileSync(new URL(`../../../messages/${locale}/mapping.json`, import.meta.url), 'utf8')) as Record<string, string>;

  it.each(['en', 'zh'])('and every reason has words in %s', (locale) => {
    const words = messages(locale);
    const needed = [
      ...sourcePresets.map(({ id }) => `mapping_preset_${id.replaceAll('-', '_')}`),
      ...suggestionReasons.map((reason) => `mapping_reason_${reason.replaceAll('-', '_')}`),
    ];
    expect(needed.filter((key) => !(key in words))).toEqual([]);
  });

  it('has a file in the fixtures or in the shared data', async () => {
    const seen = new Set(await Promise.all(fixtures.map(async (name) => (await inspectSource(fileOf(fixture(name), name))).preset)));
    const elsewhere = new Set(['segment-ecommerce', 'ga4-bigquery', 'uci-online-retail', 'cdnow', 'event-log']);
    expect(sourcePresets.map(({ id }) => id).filter((id) => !seen.has(id) && !elsewhere.has(id))).toEqual([]);
  });

  it.each(fixtures)('makes of %s a mapping of its own columns that a plan and a file can hold', async (name) => {
    const { mapping, columns } = await inspectSource(fileOf(fixture(name), name));
    expect(mapping.columns).toEqual(columns.map((column) => column.name));
    for (const column of [...Object.values(mapping.roles), ...(mapping.keep ?? []), ...Object.keys(mapping.ids ?? {})])
      expect(mapping.columns).toContain(column);
    expect(mappingSchema.parse(mapping)).toEqual(mapping);
    expect(readMapping(writeMapping(mapping), name)).toEqual(mapping);
    for (const { suggestion } of columns) if (suggestion) expect(suggestionReasons).toContain(suggestion.reason);
  });

  it.each(withHeader)('reads %s alike with its columns in another order and one more', async (name) => {
    const { mapping } = await inspectSource(fileOf(fixture(name), name));
    const rows = rowsOf(new TextDecoder().decode(fixture(name)));
    const turned = rows.map((row, at) => [at === 0 ? 'something new' : 'x', ...row.toReversed()]);
    const text = turned.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
    expect(await stage(text, mapping)).toEqual(await stage(fixture(name), mapping));
  });
});

/** A reader of its own, so that the one that is tested does not test itself. */
function rowsOf(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain),
    );
}
