/** The last part of a name in an archive, whichever way its folders are written. */
export function baseName(name: string): string {
  return name.split(/[\\/]/).at(-1)!;
}

/** A member's name as it is shown: names that climb out of the archive, or begin at a root, only by their last part. */
export function shownName(name: string): string {
  const parts = name.split(/[\\/]/);
  return parts.includes('..') || parts[0] === '' || /^[a-z]:/i.test(name) ? baseName(name) : parts.join('/');
}

/** What macOS and Windows put into archives beside the files that were meant. */
export function isBesideFiles(name: string): boolean {
  const base = baseName(name);
  return /(^|[\\/])__MACOSX[\\/]/.test(name) || base.startsWith('.') || base === '' || /^(thumbs\.db|desktop\.ini)$/i.test(base);
}
