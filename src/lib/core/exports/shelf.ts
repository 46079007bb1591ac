import { joinedBytes } from '../base/bytes';

/** Bytes that lie somewhere until they are handed over; they can be read as often as they are needed. */
export interface ShelvedBytes {
  size: number;
  read(): Promise<Uint8Array>;
  /** The same for whoever reads it bit by bit, or on another thread. */
  blob(): Blob;
}

/** Takes the bytes of a finished file, in order. What the platform offers, so that large files need not stay in memory. */
export type Shelf = (pieces: readonly Uint8Array[]) => ShelvedBytes | Promise<ShelvedBytes>;

/** Where there is no other place. */
export const inMemory = (pieces: readonly Uint8Array[]): ShelvedBytes => {
  const bytes = pieces.length === 1 ? pieces[0] : joinedBytes(pieces);
  return { size: bytes.length, read: () => Promise.resolve(bytes), blob: () => new Blob([bytes as Uint8Array<ArrayBuffer>]) };
};

/** Bytes that lie in a Blob, wherever that keeps them. */
export const inBlob = (blob: Blob): ShelvedBytes => ({
  size: blob.size,
  read: async () => new Uint8Array(await blob.arrayBuffer()),
  blob: () => blob,
});
