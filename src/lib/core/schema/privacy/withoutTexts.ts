/** Shorter texts stand for too much else to be looked for in sentences. */
const shortestTelling = 4;
const inPlaceOfIt = '…';

/**
 * A document in which some texts no longer occur: an id, an address. Where one stands by itself in a longer text, an
 * ellipsis takes its place. Names of members and numbers stay as they are.
 */
export function withoutTexts<T>(document: T, texts: readonly string[]): T {
  const telling = texts.filter((text) => text.length >= shortestTelling);
  if (telling.length === 0) return document;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${telling.map(escaped).join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(pattern, inPlaceOfIt);
    if (Array.isArray(value)) return value.map(clean);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, clean(member)]));
  };
  return clean(document) as T;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
