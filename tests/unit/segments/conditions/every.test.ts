import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { planJsonSchema } from '$lib/core/plan/jsonSchema';
import type { FormPart } from '$lib/core/segments/condition';
import { conditions, type AnyConditionKind } from '$lib/core/segments/conditions/catalogue';
import { kindOf } from '$lib/core/segments/conditions/kindOf';
import type { Gap, Phrase } from '$lib/core/segments/phrase';
import type { Rule } from '$lib/core/segments/rule';
import { checkRule } from '$lib/core/segments/ruleCheck';
import { namesIn, renamed } from '$lib/core/segments/names';
import { things } from '../../../support/naiveSegments';

const asOf = '2026-06-01T00:00:00';
const catalogue = ['en', 'zh'].map(
  (locale) => [locale, JSON.parse(readFileSync(`messages/${locale}/segments.json`, 'utf8')) as Record<string, string>] as const,
);
const vocabulary = {
  traits: [
    ...things.numberTraits.map((id) => ({ id, kind: 'number' as const, origin: 'profile' as const })),
    ...Object.keys(things.textTraits).map((id) => ({ id, kind: 'text' as const, origin: 'attribute' as const })),
    { id: 'createdAt', kind: 'date' as const, origin: 'attribute' as const },
    { id: 'consentEmail', kind: 'boolean' as const, origin: 'attribute' as const },
    { id: 'daysSinceLastOrder', kind: 'days' as const, origin: 'profile' as const },
  ],
  segments: things.segments.map((id) => ({ id })),
  idLists: things.idLists.map((id) => ({ id })),
};
const kinds = conditions as readonly unknown[] as readonly AnyConditionKind[];

/** What every kind of condition must do, whatever it asks. */
describe.each(kinds.map((kind) => [kind.key, kind] as const))('a condition of the kind %s', (key, kind) => {
  const samples = Array.from({ length: 200 }, (_, i) => kind.sample(new Random(i), { ...things, asOf }));

  it('is found by its key, and its own random conditions are right', () => {
    for (const sample of samples) {
      expect(kindOf(sample as Rule)?.key, JSON.stringify(sample)).toBe(key);
      expect(kind.schema.safeParse(sample).success, JSON.stringify(sample)).toBe(true);
      expect(checkRule(sample as Rule, vocabulary), JSON.stringify(sample)).toEqual([]);
    }
  });

  it('starts complete, on a shop with many things and on one with none', () => {
    const fresh = kind.fresh({
      traits: vocabulary.traits,
      events: things.events,
      segments: vocabulary.segments,
      idLists: vocabulary.idLists,
    });
    expect(checkRule(fresh as Rule, vocabulary)).toEqual([]);
    const bare = kind.fresh({ traits: [], events: [], segments: [] });
    const found = checkRule(bare as Rule, vocabulary).map(({ code }) => code);
    // Only a reference to another segment or to a list cannot be made up.
    expect(found).toEqual(key === 'segment' || key === 'list' ? ['condition_empty'] : []);
  });

  it('has its words in every language, with the gaps that it fills', () => {
    const says = new Map<string, Set<string>>();
    for (const sample of samples) collect(kind.readBack(sample, { asOf }), says);
    for (const [locale, messages] of catalogue) {
      for (const [say, gaps] of says) {
        const holds = [...(messages[say] ?? `no words for ${say}`).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        expect(new Set(holds), `${locale} ${say}`).toEqual(gaps);
      }
      for (const words of [`segments_add_${key}`, ...wordsOf(kind)]) expect(messages[words], `${locale} ${words}`).toBeTruthy();
    }
  });

  it('gives back what its form writes', () => {
    for (const part of (kind.form ?? []) as readonly FormPart<object>[]) {
      if (part.part === 'words') continue;
      const value = part.part === 'number' ? part.min + 1 : 'something';
      const write = part.write as (leaf: object, value: unknown) => object;
      const written = write(samples[0], value);
      expect(part.read(written)).toBe(value);
      if (part.optional) expect(part.read(write(written, undefined))).toBeUndefined();
    }
  });

  it('follows a thing that it names to another name', () => {
    for (const sample of samples.slice(0, 40)) {
      for (const { kind: of, id } of kind.refersTo(sample)) {
        if (!kind.rename) continue;
        const now = renamed(sample as Rule, { kind: of, id }, 'another');
        expect(namesIn(now, of)).toContain('another');
        expect(namesIn(now, of)).not.toContain(id);
        expect(renamed(sample as Rule, { kind: of, id: 'nobody' }, 'another')).toBe(sample);
      }
    }
  });

  it('stands in the published schema', () => {
    expect(JSON.stringify(planJsonSchema())).toContain(`"required":["${key}"]`);
  });
});

describe('what conditions find wrong', () => {
  const folder = 'src/lib/core/segments';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const codes = new Set(
    files.flatMap((name) => [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/code: '(\w+)'/g)].map(([, code]) => code)),
  );

  it.each(['en', 'zh'])('can be said in %s', (locale) => {
    const messages = JSON.parse(readFileSync(`messages/${locale}/errors-segments.json`, 'utf8')) as Record<string, string>;
    expect(codes.size).toBeGreaterThan(15);
    const missing = [...codes].filter((code) => !messages[`error_${code}`] || !messages[`error_${code}_hint`]);
    expect(missing).toEqual([]);
  });
});

function collect({ say, gaps = {} }: Phrase, into: Map<string, Set<string>>): void {
  into.set(say, new Set([...(into.get(say) ?? []), ...Object.keys(gaps)]));
  const inner = (gap: Gap): void => {
    if (gap.is === 'phrase') collect(gap.phrase, into);
    if (gap.is === 'list') gap.values.forEach(inner);
  };
  Object.values(gaps).forEach(inner);
}

function wordsOf(kind: AnyConditionKind): string[] {
  return ((kind.form ?? []) as readonly FormPart<object>[]).flatMap((part) => {
    if (part.part === 'words') return [part.words];
    const choices = part.part === 'choice' ? part.choices.map(({ words }) => words) : [];
    return [part.label, ...choices, ...(part.part === 'number' && part.unit ? [part.unit] : [])];
  });
}
