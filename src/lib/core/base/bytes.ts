/** The parts one after the other. */
export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joinedInto(new Uint8Array(lengthOf(parts)), parts);
}

/** The same for arrays of one kind; there is at least one part. */
export function joinedArrays<T extends Uint8Array | Float64Array>(parts: readonly T[]): T {
  return joinedInto(new (parts[0].constructor as new (length: number) => T)(lengthOf(parts)), parts);
}

function joinedInto<T extends Uint8Array | Float64Array>(whole: T, parts: readonly ArrayLike<number>[]): T {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const lengthOf = (parts: readonly ArrayLike<number>[]) => parts.reduce((sum, { length }) => sum + length, 0);
