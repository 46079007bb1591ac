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

  it('goes on in another thread where it was', () => {
    const pool = poolOf(['tea', 'cup']);
    const other = TextPool.from(structuredClone(pool.parts));
    expect([other.internText('cup'), other.internText('pot'), other.find('tea'), other.find('mug')]).toEqual([1, 2, 0, -1]);
    expect(other.texts()).toEqual(['tea', 'cup', 'pot']);
  });
});
