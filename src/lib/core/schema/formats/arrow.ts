import type { TableFormat } from './format';

/** Arrow IPC, the file and the stream; also what pandas and R call Feather. */
export const arrow: TableFormat = {
  id: 'arrow',
  // No row of it can be broken by itself.
  brokenCode: 'broken_json',
  recognises: (start) => isFile(start) || isStream(start),
  sample: async (file, chosen) => (await import('./arrowFile')).sampleArrow(file, chosen),
  columns: async (file, mapping) => (await import('./arrowFile')).arrowColumns(file, mapping),
  open: async (file, mapping, options) => (await import('./arrowFile')).openArrow(file, mapping, options),
};

function isFile(start: Uint8Array): boolean {
  return [...'ARROW1'].every((character, at) => start[at] === character.charCodeAt(0));
}

/** A stream begins with a mark, the length of the schema's message, and that message, a small table of offsets. */
function isStream(start: Uint8Array): boolean {
  if (start.length < 16) return false;
  const view = new DataView(start.buffer, start.byteOffset);
  const length = view.getInt32(4, true);
  return view.getUint32(0, true) === 0xffffffff && length > 8 && length % 8 === 0 && view.getUint32(8, true) < length;
}
