import { SaxesParser } from 'saxes';

/** What a part of a workbook tells while it is read. Names are local ones, without the prefix of their namespace. */
export interface XmlHandler {
  open?(name: string, attribute: (name: string) => string | undefined): void;
  close?(name: string): void;
  text?(text: string): void;
}

/**
 * Reads XML piece by piece. Entities of its own and what lies outside the file are never followed; `stop` ends it early.
 * @throws Error where it is no XML
 */
export async function readXml(bytes: AsyncIterable<Uint8Array>, handler: XmlHandler, afterPiece?: () => boolean | void): Promise<void> {
  // Braces: where nobody stops early, the bundler takes the condition away and would leave a loop without a body.
  for await (const _ of xmlPieces(bytes, handler)) {
    if (afterPiece?.() === true) return;
  }
}

/** The same, with a pause after each piece. */
export async function* xmlPieces(bytes: AsyncIterable<Uint8Array>, handler: XmlHandler): AsyncGenerator<void> {
  // Resolving namespaces takes half of the time, and what a workbook's parts hold is known by their local names.
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  let failure: Error | undefined;
  parser.on('error', (error) => void (failure ??= error));
  let attributes: Record<string, string> = {};
  const attribute = (name: string) => attributeOf(attributes, name);
  parser.on('opentag', (tag) => {
    attributes = tag.attributes;
    handler.open?.(localName(tag.name), attribute);
  });
  parser.on('closetag', (tag) => handler.close?.(localName(tag.name)));
  parser.on('text', (text) => handler.text?.(text));
  parser.on('cdata', (text) => handler.text?.(text));
  let decoder: TextDecoder | undefined;
  for await (const block of bytes) {
    decoder ??= new TextDecoder(encodingOf(block));
    for (let at = 0; at < block.length; at += pieceBytes) {
      parser.write(decoder.decode(block.subarray(at, at + pieceBytes), { stream: true }));
      if (failure) throw failure;
      yield;
    }
  }
  parser.write(decoder?.decode() ?? '').close();
  if (failure) throw failure;
  yield;
}

function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function attributeOf(attributes: Record<string, string>, name: string): string | undefined {
  const plain = attributes[name];
  if (plain !== undefined) return plain;
  // Relations write theirs with a prefix, whichever the file chose.
  for (const other in attributes)
    if (other.length > name.length && other.includes(':') && localName(other) === name) return attributes[other];
  return undefined;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Bytes that are parsed at once. */
export const pieceBytes = 1 << 16;
