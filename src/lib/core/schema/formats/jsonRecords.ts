import { Found, type Records } from '../records';
import { plainNumber } from './cellWriter';
import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  letterN,
  newline,
  openBrace,
  openBracket,
  quote,
  followsElement,
  isPlain,
  isPlainValue,
  isSpace,
  isWord,
  plainEnd,
  unescapeText,
} from './jsonText';
import { childOf, columnsUnder, deepestNesting, listSeparator, type PathNode } from './paths';

/** How a file's records follow each other. */
export type JsonShape =
  /** One record a line: a line break ends a record, whatever is open. */
  | 'lines'
  /** One after the other, over several lines each. */
  | 'stream'
  /** Elements of an array. */
  | 'array';

/** A record longer than this is taken for one that never ends. */
export const longestRecord = 16 << 20;

/** What scanning found instead of a value: its end is not here yet, or it is no JSON. */
const incomplete = -1;
const wrong = -2;

/**
 * Cuts JSON into records and cells without making objects: values are looked up by their path, and what no column needs
 * is skipped. Only texts with escapes, and lists, are copied. Feed bytes with {@link load}; a record that runs over
 * their end is left for the next load.
 */
export class JsonRecords implements Records {
  bytes = new Uint8Array(0);
  /** Where the next record begins. */
  consumed = 0;
  recordStart = 0;
  recordEnd = 0;
  readonly cells: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quoted: Uint8Array;
  /** Keys that no column stands for, with how many records have them and the first one's number. */
  readonly unknown = new Map<string, { count: number; row: number }>();
  /** The array of records has ended. */
  isOver = false;
  #length = 0;
  #last = false;
  /** Behind the data: where texts with escapes are written. */
  #scratch = 0;
  #escaped = false;
  #row = 0;
  /** Where the elements that are rows begin; below 0 where there are none. */
  #elements = -1;
  #rowsNode: PathNode | undefined;
  /** Of the member that {@link #member} found. */
  #keyStart = 0;
  #keyEnd = 0;
  readonly #root: PathNode;
  readonly #rowCells: readonly number[];
  readonly #isLines: boolean;

  /** @param width columns; those of the tree are among them */
  constructor(
    root: PathNode,
    width: number,
    private readonly shape: JsonShape,
  ) {
    this.#root = root;
    this.#isLines = shape === 'lines';
    this.#rowCells = [...columnsUnder({ ...root, nodes: rowsNodes(root), column: -1 })];
    this.cells = width;
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.quoted = new Uint8Array(width);
  }

  /** What was left of the bytes before, and more; `last` says that the file ends with them. */
  load(block: Uint8Array, last: boolean): void {
    const left = this.#length - this.consumed;
    const length = left + block.length;
    const bytes = new Uint8Array(length + (length >> 3) + 4096);
    bytes.set(this.bytes.subarray(this.consumed, this.#length));
    bytes.set(block, left);
    this.bytes = bytes;
    this.#length = length;
    this.#last = last;
    this.consumed = 0;
  }

  /** Bytes that belong to no whole record yet. */
  get left(): number {
    return this.#length - this.consumed;
  }

  text(limit: number): string {
    return lenient.decode(this.bytes.subarray(this.recordStart, Math.min(this.recordEnd, this.recordStart + limit * 4))).slice(0, limit);
  }

  next(): Found {
    if (this.#elements >= 0) {
      const found = this.#element();
      if (found !== Found.end) return found;
    }
    const { bytes } = this;
    const length = this.#length;
    if (this.isOver) return ((this.consumed = length), Found.end);
    let at = this.consumed;
    while (at < length && (isSpace(bytes[at]) || bytes[at] === comma)) at++;
    this.consumed = at;
    if (at >= length) return Found.end;
    if (this.shape === 'array' && bytes[at] === closeBracket) {
      this.isOver = true;
      this.consumed = length;
      return Found.end;
    }
    this.recordStart = at;
    this.#scratch = length;
    this.starts.fill(0);
    this.ends.fill(0);
    const end = bytes[at] === openBrace ? this.#object(at + 1, this.#root, 1) : wrong;
    if (end === incomplete && !this.#last && length - at <= longestRecord) return Found.end;
    if (end < 0) return this.#broken(at);
    this.recordEnd = end;
    this.consumed = end;
    if (this.#elements >= 0) {
      const found = this.#element();
      if (found !== Found.end) return found;
    }
    this.#row++;
    return Found.record;
  }

  /** The next element of the array that holds the rows; `end` where none is left. */
  #element(): Found {
    const { bytes } = this;
    let at = this.#elements;
    while (isSpace(bytes[at]) || bytes[at] === comma) at++;
    if (bytes[at] === closeBracket) return ((this.#elements = -1), Found.end);
    for (const cell of this.#rowCells) this.starts[cell] = this.ends[cell] = 0;
    const rows = this.#rowsNode!;
    const end = bytes[at] === openBrace ? this.#object(at + 1, rows, 2) : this.#value(at, rows, 2);
    this.#row++;
    if (end >= 0) return ((this.#elements = end), Found.record);
    this.#elements = -1;
    return Found.broken;
  }

  /** Reading goes on behind what made no sense: at the next line, or at what looks like the beginning of an element. */
  #broken(from: number): Found {
    const { bytes } = this;
    const length = this.#length;
    let at = from + 1;
    if (this.shape === 'array') {
      while (at < length && !(bytes[at] === openBrace && followsElement(bytes, at, from))) at++;
    } else while (at < length && bytes[at] !== newline) at++;
    if (at >= length && !this.#last && length - from <= longestRecord) return Found.end;
    this.recordEnd = at;
    while (this.recordEnd > from && (isSpace(bytes[this.recordEnd - 1]) || bytes[this.recordEnd - 1] === comma)) this.recordEnd--;
    this.consumed = at;
    this.#elements = -1;
    this.#row++;
    return Found.broken;
  }

  #object(from: number, node: PathNode, depth: number): number {
    const { bytes } = this;
    const length = this.#length;
    let at = from;
    for (;;) {
      at = this.#space(at);
      if (at >= length) return incomplete;
      if (bytes[at] === closeBrace) return at + 1;
      if (bytes[at] !== quote) return wrong;
      const keyStart = at + 1;
      const keyEnd = this.#stringEnd(keyStart);
      if (keyEnd < 0) return keyEnd;
      const child = this.#child(node, keyStart, keyEnd);
      at = this.#space(keyEnd + 1);
      if (at >= length) return incomplete;
      if (bytes[at] !== colon) return wrong;
      at = this.#space(at + 1);
      if (at >= length) return incomplete;
      if (child) at = this.#value(at, child, depth);
      else {
        this.#note(node, keyStart, keyEnd, at);
        at = this.#skip(at, depth);
      }
      if (at < 0) return at;
      at = this.#space(at);
      if (at >= length) return incomplete;
      if (bytes[at] === closeBrace) return at + 1;
      if (bytes[at] !== comma) return wrong;
      at++;
    }
  }

  #value(at: number, node: PathNode, depth: number): number {
    const { bytes } = this;
    const byte = bytes[at];
    const { column } = node;
    if (byte === quote) {
      const end = this.#stringEnd(at + 1);
      if (end < 0) return end;
      if (column >= 0) this.#setText(column, at + 1, end);
      return end + 1;
    }
    if (byte === openBrace) {
      if (depth >= deepestNesting) return wrong;
      return this.#object(at + 1, node, depth + 1);
    }
    if (byte === openBracket) {
      if (node.isRows) {
        const end = this.#skip(at, depth);
        if (end >= 0) {
          this.#elements = at + 1;
          this.#rowsNode = node;
        }
        return end;
      }
      if (node.nodes.length > 0) return this.#keyValues(at + 1, node, depth + 1);
      return column >= 0 ? this.#list(at, column, depth) : this.#skip(at, depth);
    }
    const end = this.#skip(at, depth);
    if (end >= 0 && column >= 0 && byte !== letterN) this.#setPlain(column, at, end);
    return end;
  }

  /** A list of plain values as one cell; of anything else, nothing. */
  #list(from: number, column: number, depth: number): number {
    const end = this.#skip(from, depth);
    if (end < 0) return end;
    const start = this.#scratch;
    let at = from + 1;
    for (;;) {
      while (isSpace(this.bytes[at]) || this.bytes[at] === comma) at++;
      const byte = this.bytes[at];
      if (byte === closeBracket) break;
      const valueEnd = this.#skip(at, depth);
      if (valueEnd < 0) return wrong;
      const isText = byte === quote;
      if (byte !== openBrace && byte !== openBracket && byte !== letterN) {
        if (this.#scratch > start) this.#write(separator, 0, separator.length);
        if (isText) this.#unescape(at + 1, valueEnd - 1);
        else this.#writePlain(at, valueEnd);
      }
      at = valueEnd;
    }
    this.starts[column] = start;
    this.ends[column] = this.#scratch;
    return end;
  }

  /** `[{ "key": "page", "value": { "string_value": "/" } }, …]`: each element fills the column of its key. */
  #keyValues(from: number, node: PathNode, depth: number): number {
    const length = this.#length;
    let at = from;
    for (;;) {
      at = this.#space(at);
      if (at >= length) return incomplete;
      const byte = this.bytes[at];
      if (byte === closeBracket) return at + 1;
      if (byte === comma) {
        at++;
        continue;
      }
      const start = at;
      at = this.#skip(at, depth);
      if (at < 0) return at;
      if (byte === openBrace && this.#keyValue(start + 1, node, depth) < 0) return wrong;
    }
  }

  #keyValue(from: number, node: PathNode, depth: number): number {
    let child: PathNode | undefined;
    let valueAt = -1;
    let at = from;
    for (;;) {
      const member = this.#member(at);
      if (member <= 0) break;
      const { bytes } = this;
      const keyStart = this.#keyStart;
      const keyEnd = this.#keyEnd;
      if (isWord(bytes, keyStart, keyEnd, wordKey) && bytes[member] === quote) {
        const end = this.#stringEnd(member + 1);
        if (end < 0) return end;
        child = this.#child(node, member + 1, end);
        if (!child) this.#note(node, member + 1, end, member);
      } else if (isWord(bytes, keyStart, keyEnd, wordValue)) valueAt = member;
      at = this.#skip(member, depth);
      if (at < 0) return at;
    }
    if (!child || valueAt < 0) return at;
    if (this.bytes[valueAt] !== openBrace) return this.#value(valueAt, child, depth);
    // Of `string_value`, `int_value` … one is set.
    at = valueAt + 1;
    for (;;) {
      const member = this.#member(at);
      if (member <= 0) return at;
      const isValue = isWord(this.bytes, this.#keyEnd - wordUnderValue.length, this.#keyEnd, wordUnderValue);
      if (isValue && this.bytes[member] !== letterN) return this.#value(member, child, depth);
      at = this.#skip(member, depth);
      if (at < 0) return at;
    }
  }

  /** The value of the next member of an object that is known to be whole: its place, 0 where there is none, or below 0. */
  #member(from: number): number {
    const { bytes } = this;
    let at = from;
    while (isSpace(bytes[at]) || bytes[at] === comma) at++;
    if (bytes[at] !== quote) return bytes[at] === closeBrace ? 0 : wrong;
    this.#keyStart = at + 1;
    this.#keyEnd = this.#stringEnd(at + 1);
    if (this.#keyEnd < 0) return wrong;
    at = this.#keyEnd + 1;
    while (isSpace(bytes[at])) at++;
    if (bytes[at] !== colon) return wrong;
    at++;
    while (isSpace(bytes[at])) at++;
    return at;
  }

  #child(node: PathNode, start: number, end: number): PathNode | undefined {
    if (!this.#escaped) return childOf(node, this.bytes, start, end);
    const from = this.#scratch;
    this.#unescape(start, end);
    const found = childOf(node, this.bytes, from, this.#scratch);
    this.#scratch = from;
    return found;
  }

  /** A key without a column is noted where its value is a plain one or an object: what it holds is left out. */
  #note(node: PathNode, start: number, end: number, valueAt: number): void {
    const first = this.bytes[valueAt];
    if (first === openBracket || first === letterN || (first === openBrace && this.bytes[valueAt + 1] === closeBrace)) return;
    const key = lenient.decode(this.bytes.subarray(start, Math.min(end, start + 200)));
    const path = node.path === '' ? key : `${node.path}.${key}`;
    const known = this.unknown.get(path);
    if (known) known.count++;
    else if (this.unknown.size < mostUnknown) this.unknown.set(path, { count: 1, row: this.#row + 1 });
  }

  #space(from: number): number {
    const { bytes } = this;
    const length = this.#length;
    let at = from;
    while (at < length) {
      const byte = bytes[at];
      if (byte === 32 || byte === 9 || byte === 13 || (byte === newline && !this.#isLines)) at++;
      else break;
    }
    return at;
  }

  /** The position of the quote that closes a string which begins at `from`. */
  #stringEnd(from: number): number {
    const { bytes } = this;
    const length = this.#length;
    this.#escaped = false;
    for (let at = from; at < length; at++) {
      const byte = bytes[at];
      if (byte === quote) return at;
      if (byte === backslash) {
        this.#escaped = true;
        at++;
        if (bytes[at] === newline) return wrong;
      } else if (byte < 32) return wrong;
    }
    return incomplete;
  }

  /** The end of the value that begins here. */
  #skip(from: number, depth: number): number {
    const { bytes } = this;
    const length = this.#length;
    const first = bytes[from];
    if (first === quote) {
      const end = this.#stringEnd(from + 1);
      return end < 0 ? end : end + 1;
    }
    if (first !== openBrace && first !== openBracket) return this.#plainEnd(from);
    let open = 0;
    for (let at = from; at < length; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        at = this.#stringEnd(at + 1);
        if (at < 0) return at;
      } else if (byte === openBrace || byte === openBracket) {
        if (++open + depth > deepestNesting) return wrong;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (--open === 0) return at + 1;
      } else if (byte === newline && this.#isLines) return wrong;
    }
    return incomplete;
  }

  /** The end of a number or word, which must be one. */
  #plainEnd(from: number): number {
    const { bytes } = this;
    const length = this.#length;
    let at = from;
    while (at < length && isPlain(bytes[at])) at++;
    if (at >= length && !this.#last) return incomplete;
    return at > from && isPlainValue(bytes, from, at) ? at : wrong;
  }

  #setPlain(column: number, start: number, end: number): void {
    const stop = plainEnd(this.bytes, start, end);
    if (stop < 0) {
      const from = this.#scratch;
      this.#writePlain(start, end);
      this.starts[column] = from;
      this.ends[column] = this.#scratch;
      return;
    }
    const isMinusZero = stop - start === 2 && this.bytes[start] === 45 && this.bytes[start + 1] === 48;
    this.starts[column] = isMinusZero ? start + 1 : start;
    this.ends[column] = stop;
  }

  /** A number or word; an exponent is written out, so that 1e3 and 1000 are one id. */
  #writePlain(start: number, end: number): void {
    const stop = plainEnd(this.bytes, start, end);
    if (stop >= 0) return this.#write(this.bytes, start, stop);
    const text = encoder.encode(plainNumber(Number(lenient.decode(this.bytes.subarray(start, end)))));
    this.#write(text, 0, text.length);
  }

  #setText(column: number, start: number, end: number): void {
    if (!this.#escaped) {
      this.starts[column] = start;
      this.ends[column] = end;
      return;
    }
    const from = this.#scratch;
    this.#unescape(start, end);
    this.starts[column] = from;
    this.ends[column] = this.#scratch;
  }

  /** Writes a string's text behind the data. */
  #unescape(start: number, end: number): void {
    this.#reserve(end - start + 8);
    this.#scratch = unescapeText(this.bytes, start, end, this.#scratch);
  }

  #write(from: Uint8Array, start: number, end: number): void {
    const part = from.subarray(start, end);
    this.#reserve(part.length);
    this.bytes.set(part, this.#scratch);
    this.#scratch += part.length;
  }

  #reserve(more: number): void {
    if (this.#scratch + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length + (this.bytes.length >> 1), this.#scratch + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

function rowsNodes(node: PathNode): PathNode[] {
  return node.isRows ? [node] : node.nodes.flatMap(rowsNodes);
}

const mostUnknown = 100;

const encoder = new TextEncoder();
const lenient = new TextDecoder();
const separator = encoder.encode(listSeparator);
const wordKey = encoder.encode('key');
const wordValue = encoder.encode('value');
const wordUnderValue = encoder.encode('_value');
