import type { ErrorValues } from '../../base/errors';
import { plainWord } from '../inspect/headerWords';
import type { ColumnType } from '../roles';
import type { Classified, ClassReason, ColumnClass } from './classes';
import { birthWords, classHeaders, locationWords } from './classHeaders';
import { shapes, telling } from './valueShapes';

export interface ColumnToClassify {
  /** Its header, or the attribute's name. */
  name: string;
  type: ColumnType;
  /** Some of its cells that are not empty. */
  values: readonly string[];
  /** Different ones among them. */
  distinct: number;
}

/** Of fewer cells nobody can say that they are nearly all distinct. */
const enoughCells = 20;
const nearlyAll = 0.9;

/** The class of a column by its header, then by the shape of its cells, then by how distinct they are; undefined for none. */
export function classifyColumn(column: ColumnToClassify): Classified | undefined {
  return byHeader(column) ?? byShape(column) ?? byDistinctness(column);
}

function byHeader({ name, values }: ColumnToClassify): Classified | undefined {
  const header = name.replace(/ \(file\)$/, '');
  const whole = plainWord(header);
  const ends = endingsOf(header);
  const found = classHeaders.find(
    ({ words, endings, parts }) =>
      words.includes(whole) || endings?.some((ending) => ends.has(ending)) || parts?.some((part) => whole.includes(part)),
  );
  if (found) return classified(found.class, 'header', { about: found.about, header: name });
  const isNamed = (list: readonly string[]) => list.includes(whole) || list.some((word) => ends.has(word) && word.length > 3);
  if (isNamed(birthWords) && share(values, telling.date) >= 0.5)
    return classified('sensitive', 'header', { about: 'birth_date', header: name });
  if (isNamed(locationWords) && share(values, telling.coordinate) >= 0.5)
    return classified('sensitive', 'header', { about: 'location', header: name });
  return undefined;
}

function byShape({ values }: ColumnToClassify): Classified | undefined {
  if (values.length === 0) return undefined;
  for (const { class: of, about, shape, least } of shapes) {
    const fitting = share(values, shape);
    if (fitting >= least) return classified(of, 'shape', { about, percent: Math.round(100 * fitting) });
  }
  return undefined;
}

function byDistinctness({ type, values, distinct }: ColumnToClassify): Classified | undefined {
  if (values.length < enoughCells || distinct < values.length * nearlyAll) return undefined;
  const percent = Math.floor((100 * distinct) / values.length);
  if (type === 'integer') return share(values, /^\d{7,}$/) >= 0.5 ? classified('identifier', 'nearly_distinct', { percent }) : undefined;
  if (type !== 'text') return undefined;
  const sentences = values.filter((value) => isSentence(value)).length;
  return sentences >= values.length / 2
    ? classified('free-text', 'long_text', { percent })
    : classified('identifier', 'nearly_distinct', { percent });
}

/** Several words, or as much in a script without spaces. */
function isSentence(value: string): boolean {
  const text = value.trim();
  return (
    text.split(/\s+/).length >= 4 ||
    (text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0) >= 8
  );
}

function share(values: readonly string[], shape: RegExp | ((text: string) => boolean)): number {
  if (values.length === 0) return 0;
  const fits = typeof shape === 'function' ? shape : (text: string) => shape.test(text);
  return values.filter((value) => fits(value.trim())).length / values.length;
}

function classified(of: ColumnClass, code: ClassReason['code'], values: ErrorValues): Classified {
  return { class: of, reason: { code, values } };
}

/** The header's last word, its last two together, and so on: `billing_phone_number` ends with `number`, `phonenumber` … */
function endingsOf(header: string): Set<string> {
  const words = header
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_.\-–/()（）:]+/)
    .filter((word) => word !== '');
  return new Set(words.map((_, from) => words.slice(from).join('')));
}
