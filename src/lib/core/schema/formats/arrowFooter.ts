import type { FileSource } from '../files';
import { readBytes } from './bytes';
import { follow, memberOf, rootOf, viewOf } from './flatbuffer';

/** A file ends with its footer, the footer's length and the mark without filling. */
const endBytes = 10;
/** A root's offset, a list of members and a message's four members, before the bytes that the message points into. */
const messageBytes = 40;
const streamMarkBytes = 8;

/** Places in the list of members of a `Message` and of a `Footer`. */
const headerType = 6;
const schemaInFooter = 6;
/** `MetadataVersion.V5` and `MessageHeader.Schema`. */
const version = 4;
const schemaType = 1;

/**
 * Whether a stream begins with its schema, as the format has it. Files that JavaScript's library wrote begin with their
 * first dictionary or batch and have the schema in their footer alone.
 * @param stream from its first mark on
 */
export function beginsWithSchema(stream: Uint8Array): boolean {
  const view = viewOf(stream);
  const message = rootOf(view, streamMarkBytes);
  const member = memberOf(view, message, headerType);
  return member !== 0 && view.getUint8(message + member) === schemaType;
}

/**
 * The message of the schema that such a file lacks at its beginning: a `Message` (Arrow's `Message.fbs`) that points into
 * the footer (`File.fbs`) behind it, since offsets of flatbuffers may lead anywhere ahead.
 * @returns a stream's mark, length and message; before the file's other messages it makes them a stream
 * @throws Error where the footer makes no sense
 */
export async function schemaOfFooter(file: FileSource): Promise<Uint8Array> {
  const end = await readBytes(file, file.size - endBytes, file.size);
  const length = viewOf(end).getInt32(0, true);
  if (length <= 0 || length > file.size - endBytes) throw new Error('no footer');
  const footer = await readBytes(file, file.size - endBytes - length, file.size - endBytes);
  const inFooter = viewOf(footer);
  const schema = follow(inFooter, rootOf(inFooter, 0), schemaInFooter);
  if (schema === 0) throw new Error('no schema');

  const bytes = new Uint8Array(Math.ceil((messageBytes + length) / 8) * 8);
  const view = viewOf(bytes);
  const [members, message] = [4, 16];
  view.setUint32(0, message, true);
  // The list's own size, the message's, and where in it its members are: version, kind, header, length of the body.
  [12, 24, 16, 18, 4, 8].forEach((value, i) => view.setUint16(members + 2 * i, value, true));
  view.setInt32(message, message - members, true);
  view.setUint32(message + 4, messageBytes + schema - (message + 4), true);
  view.setInt16(message + 16, version, true);
  view.setUint8(message + 18, schemaType);
  bytes.set(footer, messageBytes);

  const stream = new Uint8Array(streamMarkBytes + bytes.length);
  viewOf(stream).setInt32(0, -1, true);
  viewOf(stream).setInt32(4, bytes.length, true);
  stream.set(bytes, streamMarkBytes);
  return stream;
}
