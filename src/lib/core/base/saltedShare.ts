/**
 * A number in 0 … 1 for an id, the same for the same salt and as if by chance for every other: people dealt by it stay where
 * they are when others come. FNV-1a (Fowler, Noll & Vo) over UTF-16 units, then the finaliser of MurmurHash3.
 */
export function saltedShare(salt: number, id: string): number {
  let hash = 0x811c9dc5;
  for (const text of [String(salt), ':', id]) for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
