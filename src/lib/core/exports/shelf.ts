import { joinedBytes } from '../base/bytes';

/** Bytes that lie somewhere until they are handed over; they can be read as often as they are needed. */
export interface ShelvedBytes {
  size: number;
  read(): Promise<Uint8Array>;
}

/** Takes the bytes of a finished file, in order. What the platform offers, so that large files need not stay in memory. */
export type Shelf = (pieces: readonly Uint8Array[]) => ShelvedBytes;

/** Where there is no other place. */
export const inMemory: Shelf = (pieces) => {
  const bytes = pieces.length === 1 ? pieces[0] : joinedBytes(pieces);
  return { size: bytes.length, read: () => Promise.resolve(bytes) };
};
