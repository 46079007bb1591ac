import { SaxesParser, type SaxesTagNS } from 'saxes';

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
  const parser = new SaxesParser<{ xmlns: true }>({ xmlns: true });
  let failure: Error | undefined;
  parser.on('error', (error) => void (failure ??= error));
  parser.on('opentag', (tag) => handler.open?.(tag.local, (name) => attributeOf(tag, name)));
  parser.on('closetag', (tag) => handler.close?.(tag.local));
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

function attributeOf(tag: SaxesTagNS, name: string): string | undefined {
  const plain = tag.attributes[name];
  if (plain) return plain.value;
  // Relations write theirs with a prefix, whichever the file chose.
  return Object.values(tag.attributes).find(({ local }) => local === name)?.value;
}

/** Bytes that are parsed at once. */
export const pieceBytes = 1 << 16;
