import type { Shelf } from '../../core/exports/shelf';

/** Files as Blobs: the browser keeps them outside the worker's memory, on disk where there are many of them. */
export const blobShelf: Shelf = (pieces) => {
  const blob = new Blob(pieces as Uint8Array<ArrayBuffer>[]);
  return { size: blob.size, read: async () => new Uint8Array(await blob.arrayBuffer()) };
};
