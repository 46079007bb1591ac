import type { FileSource } from '../files';
import type { FilePart } from './format';

/** A part of a file as a file of its own. */
export function partOf(file: FileSource, part: FilePart | undefined): FileSource {
  if (!part) return file;
  const size = part.end - part.start;
  return { ...file, size, stream: (start = 0, end = size) => file.stream(part.start + start, part.start + end) };
}

/** Offsets at which parts begin, and the file's end: each behind the first line break after an even share of the bytes. */
export async function cutAtLines(file: FileSource, most: number, leastBytes: number): Promise<number[] | undefined> {
  const parts = Math.min(most, Math.floor(file.size / leastBytes));
  if (parts < 2) return undefined;
  const cuts = [0];
  for (let part = 1; part < parts; part++) {
    const from = Math.max(cuts.at(-1)! + 1, Math.floor((file.size * part) / parts));
    const cut = await lineAfter(file, from);
    if (cut > cuts.at(-1)! && cut < file.size) cuts.push(cut);
  }
  return [...cuts, file.size];
}

async function lineAfter(file: FileSource, from: number): Promise<number> {
  let at = from;
  for await (const bytes of file.stream(from, Math.min(file.size, from + (1 << 20)))) {
    const found = bytes.indexOf(10);
    if (found >= 0) return at + found + 1;
    at += bytes.length;
  }
  return file.size;
}
