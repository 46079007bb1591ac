/** Names that Windows keeps for devices, whatever their extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A file name from an id and an extension: no folder can be left with it, every system can hold it, and Chinese stays
 * readable. `taken` (lower case, as some disks do not tell cases apart) is added to.
 * @param ending of the name before its extension, kept whole however long the id is: `-spreadsheet-2`
 */
export function safeFileName(id: string, extension: string, taken: Set<string>, ending = ''): string {
  const stem =
    id
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}\p{M}_-]+/gu, '_')
      .slice(0, 64) || 'file';
  const base = (reserved.test(stem) ? `${stem}_` : stem) + ending;
  for (let copy = 1; ; copy++) {
    const name = `${copy === 1 ? base : `${base}-${copy}`}.${extension}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}

/** The id in letters of ASCII, for platforms that refuse others; `audience` where nothing is left of it. */
export function asciiStem(id: string): string {
  return id.normalize('NFKD').replace(/[^A-Za-z0-9_-]+/g, '') || 'audience';
}
