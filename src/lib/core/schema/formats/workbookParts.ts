import { readXml } from './xml';

export interface Sheet {
  name: string;
  /** The name of its part in the archive. */
  part: string;
}

/** How a number with a style is meant. */
export const enum NumberKind {
  plain = 0,
  /** Days since the epoch of the workbook. */
  date = 1,
  /** A time of day. */
  clock = 2,
}

type OpenPart = (name: string) => AsyncIterable<Uint8Array> | undefined;

export interface WorkbookFacts {
  sheets: Sheet[];
  /** Days are counted from 1904, as old Macs did. */
  is1904: boolean;
}

/** Sheets that show cells, in the order of their tabs. */
export async function readWorkbook(open: OpenPart): Promise<WorkbookFacts> {
  const targets = new Map<string, string>();
  const relations = open('xl/_rels/workbook.xml.rels');
  if (relations)
    await readXml(relations, {
      open(name, attribute) {
        if (name !== 'Relationship' || attribute('TargetMode') === 'External') return;
        targets.set(attribute('Id') ?? '', partName(attribute('Target') ?? ''));
      },
    });
  const sheets: Sheet[] = [];
  let is1904 = false;
  await readXml(open('xl/workbook.xml')!, {
    open(name, attribute) {
      if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attribute('date1904') ?? '');
      if (name !== 'sheet') return;
      const part = targets.get(attribute('id') ?? '');
      if (part !== undefined && /worksheets\//.test(part)) sheets.push({ name: attribute('name') ?? part, part });
    },
  });
  return { sheets, is1904 };
}

/** Where a relation of the workbook points to within the archive. */
function partName(target: string): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`;
}

/** The kind of numbers by style, from the formats of cells. */
export async function readStyles(open: OpenPart): Promise<Uint8Array> {
  const part = open('xl/styles.xml');
  if (!part) return new Uint8Array(0);
  const kinds: number[] = [];
  const own = new Map<number, NumberKind>();
  let isInCells = false;
  await readXml(part, {
    open(name, attribute) {
      if (name === 'numFmt') own.set(Number(attribute('numFmtId')), kindOfFormat(attribute('formatCode') ?? ''));
      else if (name === 'cellXfs') isInCells = true;
      else if (name === 'xf' && isInCells) {
        const id = Number(attribute('numFmtId') ?? 0);
        kinds.push(own.get(id) ?? builtInKind(id));
      }
    },
    close(name) {
      if (name === 'cellXfs') isInCells = false;
    },
  });
  return Uint8Array.from(kinds);
}

/** Formats that every Excel knows without their being written down, those of East Asian ones included. */
function builtInKind(id: number): NumberKind {
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47) || (id >= 32 && id <= 35) || id === 55 || id === 56) return NumberKind.clock;
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return NumberKind.date;
  return NumberKind.plain;
}

/** What a format's letters say, outside of its quotes, brackets and escapes. */
export function kindOfFormat(code: string): NumberKind {
  const letters = code
    .replace(/"[^"]*"/g, '')
    .replace(/\\./g, '')
    .replace(/[_*]./g, '')
    .replace(/\[(h+|m+|s+)\]/gi, '$1')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/General|AM\/PM|A\/P|上午\/下午/gi, '')
    .split(';')[0];
  if (/[yd年月日]/i.test(letters)) return NumberKind.date;
  if (/[hs时時分秒]/i.test(letters)) return NumberKind.clock;
  // Months alone; `E` is an exponent, or a year in East Asia.
  return /m/i.test(letters) ? NumberKind.date : NumberKind.plain;
}

/** Texts that cells share, as UTF-8 one after the other. */
export class SharedTexts {
  bytes = new Uint8Array(1 << 16);
  offsets = new Int32Array(1 << 10);
  count = 0;

  add(text: string): void {
    const from = this.offsets[this.count];
    if (from + text.length * 3 > this.bytes.length) this.bytes = grown(this.bytes, from + text.length * 3);
    if (this.count + 2 > this.offsets.length) this.offsets = grown(this.offsets, this.count + 2);
    this.offsets[++this.count] = from + encoder.encodeInto(text, this.bytes.subarray(from)).written;
  }
}

export async function readSharedTexts(open: OpenPart): Promise<SharedTexts> {
  const texts = new SharedTexts();
  const part = open('xl/sharedStrings.xml');
  if (!part) return texts;
  let text = '';
  let depth = 0;
  let isText = false;
  await readXml(part, {
    open(name) {
      if (name === 'si') text = '';
      // How something is pronounced stands beside it, and is none of it.
      else if (name === 'rPh') depth++;
      else if (name === 't') isText = depth === 0;
    },
    close(name) {
      if (name === 'si') texts.add(text);
      else if (name === 'rPh') depth--;
      else if (name === 't') isText = false;
    },
    text(piece) {
      if (isText) text += piece;
    },
  });
  return texts;
}

function grown<T extends Uint8Array | Int32Array>(array: T, needed: number): T {
  const longer = new (array.constructor as new (length: number) => T)(Math.max(needed, array.length * 2));
  longer.set(array as never);
  return longer;
}

const encoder = new TextEncoder();
