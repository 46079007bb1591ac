import { Zip, ZipPassThrough } from 'fflate';

/** Sizes and places in a zip of this kind have 32 bits. */
export const mostZipBytes = 2 ** 32 - 1;

/**
 * Writes a zip as it goes, without compression, so that no file and no zip is ever held whole. Equal files give equal
 * bytes: every member has the oldest date that a zip can hold.
 */
export class StoredZipWriter {
  #pieces: Uint8Array[] = [];
  #zip = new Zip((error, piece) => {
    if (error) throw error;
    this.#pieces.push(piece);
  });

  /** Begins a file; what is pushed into it goes out at once. */
  begin(name: string): { push(bytes: Uint8Array): Uint8Array[]; end(): Uint8Array[] } {
    const file = new ZipPassThrough(name);
    // The zip format keeps local time: this constructor's fields are the same in every time zone.
    file.mtime = new Date(1980, 0, 1);
    this.#zip.add(file);
    return {
      push: (bytes) => (file.push(bytes), this.#take()),
      end: () => (file.push(new Uint8Array(0), true), this.#take()),
    };
  }

  end(): Uint8Array[] {
    this.#zip.end();
    return this.#take();
  }

  #take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.filter(({ length }) => length > 0);
  }
}
