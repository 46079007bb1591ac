import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/lib/core/base/random';
import { TextPool } from '../../../src/lib/core/schema/staging/textPool';

function poolOf(texts: readonly string[]): TextPool {
  const pool = new TextPool(4);
  for (const text of texts) pool.internText(text);
  return pool;
}

describe('a pool of texts', () => {
  it('sorts its codes by the bytes of the texts, a beginning before what goes on', () => {
    const pool = poolOf(['tea', 'té', 'te', '茶', 'TEA', '', '10', '9']);
    expect([...pool.sortedCodes()].map((code) => pool.text(code))).toEqual(['', '10', '9', 'TEA', 'te', 'tea', 'té', '茶']);
  });

  it('sorts thousands of texts of any lengths as a comparison would', () => {
    const random = new Random(3);
    const texts = Array.from({ length: 5000 }, () =>
      Array.from({ length: random.below(9) }, () => ['U', '0', '1', 'é', '\u0001', '茶'][random.below(6)]).join(''),
    );
    const pool = poolOf(['prefix-'.repeat(40), ...texts, ...texts.slice(0, 2000).map((text) => `${'prefix-'.repeat(40)}${text}`)]);
    const sorted = [...pool.sortedCodes()].map((code) => pool.text(code));
    expect(sorted).toEqual(pool.texts().sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it('finds many texts at once, and leaves to interning what is new or shares its hash', () => {
    const random = new Random(5);
    const texts = Array.from({ length: 300_000 }, () => `${random.below(1e9)}-${random.below(1e9)}`);
    const pool = poolOf(texts);
    const asked = ['', 'U', ...texts, 'nobody'];
    const bytes = new TextEncoder().encode(asked.join(''));
    const starts = new Int32Array(asked.length);
    const ends = new Int32Array(asked.length);
    asked.forEach((text, i) => (ends[i] = (starts[i] = i === 0 ? 0 : ends[i - 1]) + text.length));
    const codes = new Int32Array(asked.length);
    pool.findAll(bytes, starts, ends, asked.length, codes);
    expect([codes[0], codes[1], codes.at(-1)]).toEqual([-1, -1, -1]);
    const known = codes.slice(2, -1);
    const unlike = known.filter((code, i) => code !== i);
    // Of so many texts a few have the 32 bits of an earlier one.
    expect(unlike.length).toBeGreaterThan(0);
    expect(new Set(unlike)).toEqual(new Set([-1]));
    expect(pool.size).toBe(texts.length);
  });

  it('goes on in another thread where it was', () => {
    const pool = poolOf(['tea', 'cup']);
    const other = TextPool.from(structuredClone(pool.parts));
    expect([other.internText('cup'), other.internText('pot'), other.find('tea'), other.find('mug')]).toEqual([1, 2, 0, -1]);
    expect(other.texts()).toEqual(['tea', 'cup', 'pot']);
  });
});
