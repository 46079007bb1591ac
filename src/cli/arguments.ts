import { UserError } from '../lib/core/base/errors';
import { Arguments, type ArgumentValue, type Command, type CommandOption } from './command';

/**
 * Reads the words after a command's name. `--name value` and `--name=value` are the same; `--` ends the options.
 * @throws UserError `argument_unknown`, `argument_missing`, `argument_extra`, `argument_value`, `argument_twice`
 */
export function parseArguments(command: Command, given: readonly string[]): Arguments {
  const values: Record<string, ArgumentValue> = {};
  const words: string[] = [];
  let optionsEnded = false;
  for (let at = 0; at < given.length; at++) {
    const word = given[at];
    if (optionsEnded || !word.startsWith('--')) {
      words.push(word);
    } else if (word === '--') {
      optionsEnded = true;
    } else {
      const [name, inline] = splitOnce(word.slice(2), '=');
      const option = command.options.find((candidate) => candidate.name === name);
      if (!option) throw unknownOption(command, name);
      if (name in values && option.kind !== 'pairs') throw twice(command, name);
      if (option.kind === 'flag') {
        if (inline !== undefined) throw wrongValue(command, option, inline, 'no value');
        values[name] = true;
      } else if (option.kind === 'pairs') {
        const found = inline === undefined ? [] : [inline];
        while (inline === undefined && at + 1 < given.length && isPair(given[at + 1])) found.push(given[++at]);
        if (found.length === 0) throw wrongValue(command, option, '', 'key=value');
        values[name] = { ...(values[name] as Record<string, string>), ...readPairs(command, option, found) };
      } else {
        const value = inline ?? given[++at];
        if (value === undefined || (inline === undefined && value.startsWith('--'))) throw wrongValue(command, option, '', wanted(option));
        values[name] = readValue(command, option, value);
      }
    }
  }
  takeWords(command, words, values);
  for (const option of command.options) {
    if (option.name in values) continue;
    if (option.required) throw missing(command, `--${option.name} ${option.value ?? 'VALUE'}`);
    if (option.default !== undefined) values[option.name] = option.default;
  }
  return new Arguments(values);
}

function takeWords(command: Command, words: string[], values: Record<string, ArgumentValue>): void {
  command.words.forEach((word, i) => {
    if (i < words.length) values[word.name] = words[i];
    else if (word.required) throw missing(command, word.name);
  });
  if (words.length > command.words.length) {
    const word = words[command.words.length];
    throw new UserError('argument_extra', `"${word}" is one word too many for ${command.name}.`, helpHint(command), {
      word,
      command: command.name,
    });
  }
}

function readValue(command: Command, option: CommandOption, value: string): ArgumentValue {
  if (option.kind === 'number') {
    const number = value.trim() === '' ? NaN : Number(value);
    if (!Number.isFinite(number)) throw wrongValue(command, option, value, 'a number');
    return number;
  }
  if (option.kind === 'choice' && !option.choices!.includes(value)) throw wrongValue(command, option, value, wanted(option));
  return value;
}

function readPairs(command: Command, option: CommandOption, found: string[]): Record<string, string> {
  return Object.fromEntries(
    found.map((pair) => {
      const [key, value] = splitOnce(pair, '=');
      if (!key || value === undefined) throw wrongValue(command, option, pair, 'key=value');
      return [key, value];
    }),
  );
}

function isPair(word: string): boolean {
  return !word.startsWith('--') && word.includes('=');
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function wanted(option: CommandOption): string {
  if (option.kind === 'choice') return `one of ${option.choices!.join(', ')}`;
  return option.kind === 'number' ? 'a number' : 'a value';
}

function unknownOption(command: Command, name: string): UserError {
  const known = command.options.map((option) => `--${option.name}`).join(', ') || 'none';
  return new UserError('argument_unknown', `${command.name} has no option --${name}.`, `Its options are: ${known}.`, {
    command: command.name,
    name,
    known,
  });
}

function twice(command: Command, name: string): UserError {
  return new UserError('argument_twice', `--${name} is given twice to ${command.name}.`, 'Give it once.', {
    command: command.name,
    name,
  });
}

function missing(command: Command, what: string): UserError {
  return new UserError('argument_missing', `${command.name} needs ${what}.`, helpHint(command), { command: command.name, what });
}

function wrongValue(command: Command, option: CommandOption, value: string, wantedText: string): UserError {
  const got = value === '' ? 'none' : `"${value}"`;
  return new UserError('argument_value', `--${option.name} takes ${wantedText}, got ${got}.`, helpHint(command), {
    command: command.name,
    name: option.name,
    wanted: wantedText,
    value,
  });
}

function helpHint(command: Command): string {
  return `See: muster ${command.name} --help.`;
}
