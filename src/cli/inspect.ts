import { writeFile } from 'node:fs/promises';
import { UserError } from '../lib/core/base/errors';
import type { SourcePreview } from '../lib/core/schema/report';
import type { RoleSuggestion, SuggestionReason } from '../lib/core/schema/roles';
import type { Arguments, Command, CommandIo } from './command';
import { count, table } from './help';

export const inspect: Command = {
  name: 'inspect',
  summary: 'Look at a file as the import does: its format, columns, what they are taken for and why, and what is wrong.',
  words: [{ name: 'FILE', what: 'The file to look at; nothing is imported.', required: true }],
  options: [
    { name: 'mapping', kind: 'text', value: 'FILE', what: 'Look at it with this mapping instead of proposing one.' },
    {
      name: 'save',
      kind: 'text',
      value: 'FILE',
      what: 'Write the mapping as YAML, for "mapping: FILE" in a plan; a file that is there is not replaced.',
    },
    { name: 'json', kind: 'flag', what: 'Print what was found as one JSON object.' },
  ],
  examples: [
    'inspect orders_export.csv',
    'inspect orders_export.csv --save orders.mapping.yaml',
    'inspect next-month.csv --mapping orders.mapping.yaml',
  ],
  run: runInspect,
};

async function runInspect(args: Arguments, io: CommandIo): Promise<number> {
  const [{ inspectSource }, { openFile }, { readMappingFile }, { writeMapping }] = await Promise.all([
    import('../lib/core/schema/inspect/inspectSource'),
    import('../lib/platform/node/files'),
    import('../lib/work/planMappings'),
    import('../lib/core/plan/mappingFile'),
  ]);
  const mapping = args.has('mapping') ? await readMappingFile(await openFile(io.path(args.text('mapping')))) : undefined;
  const file = await openFile(io.path(args.text('FILE')));
  const preview = await inspectSource(file, mapping && { mapping });
  const saved = args.optionalText('save');
  if (saved !== undefined) await writeNew(io.path(saved), writeMapping(preview.mapping));
  io.print(args.flag('json') ? JSON.stringify(preview, null, 2) : report(preview));
  if (saved !== undefined) io.note(`Wrote the mapping to ${saved}.`);
  return 0;
}

function report(preview: SourcePreview): string {
  const { fileName, bytes, estimatedRows, columns, mapping, diagnostics, readings } = preview;
  const facts: [string, string][] = [
    ['file', `${fileName}, ${count(bytes)} bytes, about ${count(estimatedRows)} rows`],
    ['format', formatText(preview)],
    ...(preview.sheets && preview.sheets.length > 1
      ? [
          ['sheets', `${preview.sheets.join(', ')}; in a plan a sheet is a file, such as ${fileName}/${preview.sheets[0]}`] as [
            string,
            string,
          ],
        ]
      : []),
    ['holds', mapping.kind],
    ...(preview.presetName ? [['recognised as', preview.presetName] as [string, string]] : []),
    ...(mapping.reshape ? [['rows reshaped by', mapping.reshape] as [string, string]] : []),
    ...(mapping.timeZone ? [['local times of', mapping.timeZone] as [string, string]] : []),
    ...(mapping.currency ? [['amounts in', mapping.currency] as [string, string]] : []),
    ...(readings.time ? [['a time', `"${readings.time.text}" is read as ${readings.time.reads ?? 'none'}`] as [string, string]] : []),
    ...(readings.number
      ? [['a number', `"${readings.number.text}" is read as ${readings.number.reads ?? 'none'}`] as [string, string]]
      : []),
  ];
  const rolesOf = (column: string) =>
    Object.entries(mapping.roles)
      .filter(([, name]) => name === column)
      .map(([role]) => role);
  const rows = columns.map(({ name, type, examples, suggestion }): [string, string] => {
    const roles = rolesOf(name);
    const use = roles.length > 0 ? roles.join(', ') : mapping.keep?.includes(name) ? 'kept' : 'left out';
    const why =
      suggestion && roles.includes(suggestion.role) ? ` (${Math.round(suggestion.confidence * 100)} %: ${reasonText(suggestion)})` : '';
    const cells = examples.slice(0, 3).map(shortened).join(' | ');
    return [name, `${use}${why}; ${type}${cells === '' ? '' : `, such as ${cells}`}`];
  });
  return [
    ...table(facts),
    '',
    ...table(rows),
    ...(diagnostics.length > 0
      ? ['', ...diagnostics.map(({ severity, message, hint }) => `${severity}: ${[message, hint].filter(Boolean).join(' ')}`)]
      : []),
  ].join('\n');
}

function formatText({ mapping }: SourcePreview): string {
  const { format = 'delimited', sheet, rowsAt, delimiter, encoding, header } = mapping;
  if (format !== 'delimited') return [format, sheet && `sheet "${sheet}"`, rowsAt && `rows at ${rowsAt}`].filter(Boolean).join(', ');
  const separator = { ',': 'commas', '\t': 'tabs', ';': 'semicolons', '|': 'pipes', ' ': 'spaces' }[delimiter] ?? `"${delimiter}"`;
  return `text in ${encoding}, separated by ${separator}, ${header ? 'with' : 'without'} a header`;
}

const reasons: Record<SuggestionReason, (values: Record<string, string | number>) => string> = {
  preset: ({ preset }) => `a file of ${preset}`,
  'header-word': () => 'its header',
  'values-look-like-times': () => 'its cells are times',
  'values-are-epoch-times': ({ unit }) => `its numbers count ${unit} since 1970`,
  'values-are-serial-days': () => 'its numbers are days of a spreadsheet',
  'values-are-few-words': () => 'its cells are a few words',
  'values-look-like-emails': () => 'its cells look like e-mail addresses',
  'values-look-like-phones': () => 'its cells look like phone numbers',
  'values-look-like-ids': () => 'its cells look like ids',
  'values-look-like-amounts': () => 'its cells look like amounts',
  'values-look-like-counts': () => 'its cells look like counts',
  'values-look-like-texts': () => 'its cells are texts, nearly all different',
  'values-look-like-countries': () => 'its cells look like country codes',
};

function reasonText({ reason, values = {} }: RoleSuggestion): string {
  return reasons[reason](values);
}

/** Without line ends and control characters, which a terminal would obey. */
function shortened(cell: string): string {
  const plain = cell.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return plain.length > 24 ? `${plain.slice(0, 23)}…` : plain;
}

/** @throws UserError `mapping_file_exists` */
async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    const problem = { EEXIST: 'there is a file of that name', ENOENT: 'there is no such folder', EISDIR: 'it is a folder' }[error.code ?? ''] ?? error.message; // prettier-ignore
    throw new UserError('mapping_not_written', `${path} cannot be written: ${problem}.`, 'Choose another name.', { path, problem });
  });
}
