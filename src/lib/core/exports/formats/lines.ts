import { emptyBlock, type FileFormat } from '../format';
import { blockRows } from '../table';

/** How one line of a headerless file holds values of the only column, and gives them back. */
export interface LineCodec {
  /** Values that stand on one line. */
  most: number;
  encode(values: readonly string[]): string;
  /** @throws Error where it is no line that `encode` would make */
  decode(line: string): string[];
}

const plain: LineCodec = { most: 1, encode: ([value]) => value, decode: (line) => [line] };

/** One column without a header: one id a line, or as a codec has it. Lines end with `\n`; a value cannot hold one. */
export function linesFormat(extension: 'txt' | 'csv', codec: LineCodec = plain): FileFormat {
  return {
    extension,

    async *write(table, run) {
      const encoder = new TextEncoder();
      let waiting: string[] = [];
      for await (const block of table.blocks()) {
        for (let start = 0; start < block.rows; start += blockRows) {
          for (const value of block.cells[0].slice(start, start + blockRows)) waiting.push(String(value));
          const lines: string[] = [];
          const whole = waiting.length - (waiting.length % codec.most);
          for (let at = 0; at < whole; at += codec.most) lines.push(`${codec.encode(waiting.slice(at, at + codec.most))}\n`);
          waiting = waiting.slice(whole);
          yield encoder.encode(lines.join(''));
          await run.breathe();
        }
      }
      if (waiting.length > 0) yield encoder.encode(`${codec.encode(waiting)}\n`);
    },

    async *read(bytes, columns, run) {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      const names = columns.map(({ name }) => name);
      let block = emptyBlock(names);
      for (let start = 0; start < text.length;) {
        const end = text.indexOf('\n', start);
        if (end < 0) throw new Error('the last line does not end');
        for (const value of codec.decode(text.slice(start, end))) block.cells[0].push(value);
        block.rows = block.cells[0].length;
        start = end + 1;
        if (block.rows < blockRows) continue;
        yield block;
        block = emptyBlock(names);
        await run.breathe();
      }
      yield block;
    },
  };
}
