import { follow, rootOf, viewOf } from './flatbuffer';

/** A table has no more columns than this, nested ones counted. */
const mostFields = 20_000;
const deepest = 64;

/**
 * Walks the schema of an Arrow stream before the library does: bytes that went wrong can make a field its own child, or
 * give it millions of them, and the library would follow. Layout: Arrow's `Schema.fbs` and `Message.fbs`, flatbuffers.
 * @param stream from its first mark on
 * @throws Error where the schema makes no sense
 */
export function checkSchema(stream: Uint8Array): void {
  const view = viewOf(stream);
  const schema = follow(view, rootOf(view, 8), messageHeader);
  if (schema === 0) throw new Error('no schema');
  let fields = 0;
  const visit = (table: number, slot: number, depth: number) => {
    const list = follow(view, table, slot);
    if (list === 0) return;
    const count = view.getUint32(list, true);
    fields += count;
    if (fields > mostFields || depth > deepest) throw new Error('too many fields');
    for (let at = 0; at < count; at++) {
      const field = rootOf(view, list + 4 + at * 4);
      checkList(view, field, fieldMetadata);
      visit(field, fieldChildren, depth + 1);
    }
  };
  checkList(view, schema, schemaMetadata);
  visit(schema, schemaFields, 0);
}

/** Places in the tables' lists of members. */
const messageHeader = 8;
const schemaFields = 6;
const schemaMetadata = 8;
const fieldChildren = 14;
const fieldMetadata = 16;

function checkList(view: DataView, table: number, slot: number): void {
  const list = follow(view, table, slot);
  if (list !== 0 && view.getUint32(list, true) > mostFields) throw new Error('too many entries');
}
