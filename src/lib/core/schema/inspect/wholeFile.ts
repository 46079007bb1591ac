import { joinedBytes } from '../../base/bytes';
import { utf8Blocks } from '../csv/encoding';
import type { FileSource } from '../files';
import { detectDialect, readRecords } from './dialect';
import { readSample } from './sample';

/** All of a file as UTF-8, whatever its encoding is. */
export async function readUtf8(file: FileSource): Promise<{ bytes: Uint8Array; head: Uint8Array }> {
  const { head, encoding } = await readSample(file, undefined);
  const blocks: Uint8Array[] = [];
  for await (const { bytes } of utf8Blocks(file, encoding)) blocks.push(bytes.slice());
  return { bytes: joinedBytes(blocks), head };
}

/** All records of a small delimited file, its first line among them. */
export async function readWholeFile(file: FileSource): Promise<string[][]> {
  const { bytes, head } = await readUtf8(file);
  return readRecords(bytes, detectDialect(file, head, {}), Infinity).records;
}
