import { zipSync, type Zippable } from 'fflate';

/** A file by its name, with `/` between folders. */
export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

/** Files in one zip; the same files give the same bytes. Only texts are compressed, because numbers hardly shrink. */
export function zipOf(files: readonly NamedBytes[]): Uint8Array {
  const members: Zippable = {};
  for (const { name, bytes } of files) members[name] = [bytes, { level: /\.(md|py|json)$/.test(name) ? 6 : 0 }];
  return zipSync(members, { mtime: new Date(1980, 0, 1) });
}
