import type { LineCodec } from './lines';

/**
 * Lines of Ocean Engine's DMP: base64 of the protocol buffer `DmpData { repeated IdItem idList = 1 }` with
 * `IdItem { optional uint32 timestamp = 1; required DataType dataType = 2; required string id = 3; repeated string tags = 4 }`
 * (dmp.proto of its interface for data sources; at most 10,000 items a line). No timestamp and no tags are written.
 */
export function dmpData(dataType: number): LineCodec {
  return {
    most: 1000,
    encode: (ids) =>
      base64(message(ids.map((id) => field(1, message([varintField(2, dataType), field(3, new TextEncoder().encode(id))]))))),
    decode: (line) => [...fieldsOf(bytesOf(line))].map((item) => idOf(item, dataType)),
  };
}

function idOf({ number, wire, value }: WireField, dataType: number): string {
  if (number !== 1 || wire !== lengthDelimited) throw new Error('a line holds something else than ids');
  let id: string | undefined;
  let type: number | undefined;
  for (const part of fieldsOf(value as Uint8Array)) {
    if (part.number === 2 && part.wire === varint) type = part.value as number;
    else if (part.number === 3 && part.wire === lengthDelimited) {
      id = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part.value as Uint8Array);
    } else throw new Error(`an id has a field ${part.number}`);
  }
  if (type !== dataType || id === undefined) throw new Error(`an id is of the type ${type}, not ${dataType}`);
  return id;
}

// Wire types of protocol buffers (protobuf.dev/programming-guides/encoding).
const varint = 0;
const lengthDelimited = 2;

interface WireField {
  number: number;
  wire: number;
  value: number | Uint8Array;
}

function message(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Uint8Array.from([...bytes, value]);
}

function varintField(number: number, value: number): Uint8Array {
  return message([varintBytes((number << 3) | varint), varintBytes(value)]);
}

function field(number: number, content: Uint8Array): Uint8Array {
  return message([varintBytes((number << 3) | lengthDelimited), varintBytes(content.length), content]);
}

function* fieldsOf(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= bytes.length || shift > 28) throw new Error('a number in a line does not end');
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  while (at < bytes.length) {
    const key = number();
    const wire = key & 7;
    if (wire === varint) yield { number: key >>> 3, wire, value: number() };
    else if (wire === lengthDelimited) {
      const length = number();
      if (at + length > bytes.length) throw new Error('a line is cut off');
      yield { number: key >>> 3, wire, value: bytes.subarray(at, at + length) };
      at += length;
    } else throw new Error(`a line holds a field of the wire type ${wire}`);
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function bytesOf(line: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(line)) throw new Error('a line is not base64');
  const bytes = Uint8Array.from(atob(line), (character) => character.charCodeAt(0));
  if (base64(bytes) !== line) throw new Error('a line is not base64 as it is written');
  return bytes;
}
