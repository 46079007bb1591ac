/** CRC-32 (ISO 3309) and length of bytes that come in pieces, as the end of a gzip member states them. */
export class Checksum {
  #crc = 0xffffffff;
  #length = 0;

  add(bytes: Uint8Array): void {
    let crc = this.#crc;
    for (let at = 0; at < bytes.length; at++) crc = table[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
    this.#crc = crc;
    this.#length = (this.#length + bytes.length) >>> 0;
  }

  /** Whether the eight bytes behind a member say the same: its checksum and its length modulo 2³². */
  agreesWith(trailer: Uint8Array): boolean {
    if (trailer.length !== 8) return false;
    const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
    return view.getUint32(0, true) === ~this.#crc >>> 0 && view.getUint32(4, true) === this.#length;
  }
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
