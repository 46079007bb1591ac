/**
 * SHA-256 (FIPS 180-4) of many short texts as UTF-8, in lower-case hex: the same as `sha256Hex`, without an object or an
 * array for each, which is what a million values wait for.
 */
export function sha256Text(text: string): string {
  const length = fill(text);
  const blocks = Math.ceil((length + 9) / 64);
  bytes.fill(0, length, blocks * 64);
  bytes[length] = 0x80;
  view.setUint32(blocks * 64 - 8, Math.floor(length / 0x2000_0000));
  view.setUint32(blocks * 64 - 4, length << 3);
  state.set(begin);
  for (let block = 0; block < blocks; block++) compress(block * 64);
  for (let word = 0; word < 8; word++) {
    for (let digit = 0; digit < 8; digit++) {
      const nibble = (state[word] >>> (28 - 4 * digit)) & 15;
      digits[word * 8 + digit] = nibble < 10 ? 48 + nibble : 87 + nibble;
    }
  }
  return String.fromCharCode.apply(null, digits);
}

const words = new Int32Array(64);
const state = new Int32Array(8);
const digits = new Array<number>(64).fill(0);
const encoder = new TextEncoder();
let bytes = new Uint8Array(1024);
let view = new DataView(bytes.buffer);

/** Writes the text's bytes. @returns how many */
function fill(text: string): number {
  // Three bytes a code unit at most, and a block and a half for what follows.
  const room = text.length * 3 + 128;
  if (room > bytes.length) {
    bytes = new Uint8Array(room * 2);
    view = new DataView(bytes.buffer);
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encoder.encodeInto(text, bytes).written;
    bytes[i] = unit;
  }
  return text.length;
}

function compress(at: number): void {
  for (let i = 0; i < 16; i++) {
    const byte = at + 4 * i;
    words[i] = (bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3];
  }
  for (let i = 16; i < 64; i++) {
    const [x, y] = [words[i - 15], words[i - 2]];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The first 32 bits of the fractions of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const begin = rootsOf(8, 1 / 2);
const constants = rootsOf(64, 1 / 3);

function rootsOf(count: number, power: number): Int32Array {
  const roots: number[] = [];
  for (let number = 2; roots.length < count; number++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) isPrime = false;
    if (!isPrime) continue;
    const root = number ** power;
    roots.push(Math.floor((root - Math.floor(root)) * 0x1_0000_0000));
  }
  return Int32Array.from(roots, (root) => root | 0);
}
