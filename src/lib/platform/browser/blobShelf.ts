import { inBlob, type Shelf } from '../../core/exports/shelf';

/** Files as Blobs: the browser keeps them outside the worker's memory, on disk where there are many of them. */
export const blobShelf: Shelf = (pieces) => inBlob(new Blob(pieces as Uint8Array<ArrayBuffer>[]));
