import { unzipSync } from 'fflate';
import { joinedBytes } from '../../base/bytes';
import type { FileFormat } from '../format';
import { zipFiles } from '../zip';

/** A zip around the one file of another format, in no folder. Equal tables give equal zips. */
export function zipped(inner: FileFormat): FileFormat {
  const name = `list.${inner.extension}`;
  return {
    extension: 'zip',

    async *write(table, run) {
      const pieces: Uint8Array[] = [];
      for await (const piece of inner.write(table, run)) pieces.push(piece);
      yield await zipFiles([{ name, bytes: joinedBytes(pieces) }], run);
    },

    async *read(bytes, columns, run) {
      const files = Object.entries(unzipSync(bytes));
      if (files.length !== 1 || files[0][0] !== name)
        throw new Error(`the zip holds ${files.map(([found]) => found).join(', ') || 'nothing'}`);
      yield* inner.read(files[0][1], columns, run);
    },
  };
}
