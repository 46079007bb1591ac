import type { Command, CommandOption } from './command';

const width = 100;

/** `muster --help`. */
export function overview(commands: readonly Command[]): string {
  return [
    'muster: files of user behaviour in, audiences and recommendation files out.',
    '',
    'Usage: muster COMMAND [options]',
    '',
    'Commands:',
    ...table(commands.map((command) => [command.name, command.summary])),
    '',
    'muster COMMAND --help tells more. Results go to standard output, progress to standard error.',
    'Exit codes: 0 done, 2 something to mend in the arguments, plan or files, 130 cancelled, 1 a defect of Muster.',
  ].join('\n');
}

/** `muster COMMAND --help`, made from the command's data. */
export function commandHelp(command: Command): string {
  const sections = [`muster ${command.name}: ${command.summary}`, '', `Usage: muster ${usage(command)}`];
  if (command.words.length > 0) sections.push('', ...table(command.words.map((word) => [word.name, word.what])));
  sections.push('', 'Options:', ...table([...command.options.map((option) => [left(option), right(option)]), ['--help', 'Print this.']]));
  if (command.exitCodes) sections.push('', 'Exit codes:', ...table(command.exitCodes.map(([code, what]) => [String(code), what])));
  if (command.examples.length > 0) sections.push('', 'Examples:', ...command.examples.map((example) => `  muster ${example}`));
  return sections.join('\n');
}

function usage(command: Command): string {
  const words = command.words.map((word) => (word.required ? word.name : `[${word.name}]`));
  const options = command.options.map((option) => (option.required ? left(option) : `[${left(option)}]`));
  return [command.name, ...words, ...options].join(' ');
}

function left(option: CommandOption): string {
  if (option.kind === 'flag') return `--${option.name}`;
  if (option.kind === 'pairs') return `--${option.name} key=value …`;
  return `--${option.name} ${option.value ?? (option.kind === 'choice' ? option.choices!.join('|') : 'VALUE')}`;
}

function right(option: CommandOption): string {
  const choices = option.kind === 'choice' && option.value ? ` One of: ${option.choices!.join(', ')}.` : '';
  return option.what + choices + (option.default === undefined ? '' : ` Default: ${option.default}.`);
}

/** Two columns, the second wrapped. Also used by commands that list things. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const first = Math.min(34, Math.max(...rows.map(([name]) => name.length)) + 2);
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, width - first - 2);
    const head = name.length + 2 > first ? [`  ${name}`, ...lines.map((line) => indent(line, first))] : undefined;
    return head ?? lines.map((line, i) => (i === 0 ? `  ${name.padEnd(first)}${line}` : indent(line, first)));
  });
}

function indent(line: string, by: number): string {
  return ' '.repeat(by + 2) + line;
}

function wrap(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** A number as people read it: 541,909. */
export function count(value: number): string {
  if (value < 10 && !Number.isInteger(value)) return value.toFixed(1);
  return Math.round(value).toLocaleString('en');
}
