import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256Text } from '$lib/core/base/sha256Text';

const wanted = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

it('is the SHA-256 of a text, as FIPS 180-4 and Node have it', () => {
  expect(sha256Text('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Text('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

it('is the same at every length around the blocks, in any script, and after a longer one', () => {
  const parts = ['a', 'ü', '张', '😀', '\ud83d'];
  for (let length = 0; length < 200; length++) {
    for (const part of parts) {
      const text = part.repeat(length) + 'x'.repeat(length % 7);
      expect([length, part, sha256Text(text)]).toEqual([length, part, wanted(text)]);
    }
  }
  const long = 'long '.repeat(100_000);
  expect([sha256Text(long), sha256Text('abc')]).toEqual([wanted(long), wanted('abc')]);
});
