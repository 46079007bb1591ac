import { parseArgs } from 'node:util';
import { UserError, type ErrorValues } from '../lib/core/base/errors';
import { Arguments, type ArgumentValue, type Command, type CommandOption } from './command';

/**
 * Reads the words after a command's name. `--name value` and `--name=value` are the same; `--` ends the options; an
 * option of pairs takes every `key=value` that follows it.
 * @throws UserError `argument_unknown`, `argument_missing`, `argument_extra`, `argument_value`, `argument_twice`
 */
export function parseArguments(command: Command, given: readonly string[]): Arguments {
  const values: Record<string, ArgumentValue> = {};
  const words: string[] = [];
  /** The option of pairs whose values may still follow. */
  let open: CommandOption | undefined;
  for (const token of tokensOf(command, given)) {
    if (token.kind === 'option-terminator') open = undefined;
    else if (token.kind === 'option') open = takeOption(command, token, values);
    else if (open && token.value.includes('=')) addPair(command, open, token.value, values);
    else {
      open = undefined;
      words.push(token.value);
    }
  }
  for (const option of command.options.filter(({ kind, name }) => kind === 'pairs' && name in values)) {
    if (Object.keys(values[option.name]).length === 0) throw wrongValue(command, option, '', 'key=value');
  }
  takeWords(command, words, values);
  for (const option of command.options) {
    if (option.name in values) continue;
    if (option.required) throw missing(command, `--${option.name} ${option.value ?? 'VALUE'}`);
    if (option.default !== undefined) values[option.name] = option.default;
  }
  return new Arguments(values);
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** Not strict: what is wrong is said by us, in our words, and a value may begin with one dash (`--minutes -5`). */
function tokensOf(command: Command, given: readonly string[]): Token[] {
  const options = Object.fromEntries(
    command.options.map(({ name, kind }) => [
      name,
      { type: kind === 'flag' || kind === 'pairs' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  return parseArgs({ args: [...given], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** @returns the option, where pairs may follow it */
function takeOption(command: Command, token: OptionToken, values: Record<string, ArgumentValue>): CommandOption | undefined {
  const option = command.options.find(({ name }) => name === token.name);
  if (!option || !token.rawName.startsWith('--')) throw unknownOption(command, token.name);
  const { kind, name } = option;
  if (kind === 'pairs') {
    values[name] ??= {};
    if (token.value !== undefined) addPair(command, option, token.value, values);
    return token.value === undefined ? option : undefined;
  }
  if (name in values) {
    throw refusal(command, 'argument_twice', `--${name} is given twice to ${command.name}.`, { name }, 'Give it once.');
  }
  if (kind === 'flag') {
    if (token.value !== undefined) throw wrongValue(command, option, token.value, 'no value');
    values[name] = true;
    return undefined;
  }
  if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))
    throw wrongValue(command, option, '', wanted(option));
  values[name] = readValue(command, option, token.value);
  return undefined;
}

function addPair(command: Command, option: CommandOption, pair: string, values: Record<string, ArgumentValue>): void {
  const at = pair.indexOf('=');
  if (at < 1) throw wrongValue(command, option, pair, 'key=value');
  values[option.name] = { ...(values[option.name] as Record<string, string>), [pair.slice(0, at)]: pair.slice(at + 1) };
}

function takeWords(command: Command, words: string[], values: Record<string, ArgumentValue>): void {
  command.words.forEach((word, i) => {
    if (i < words.length) values[word.name] = words[i];
    else if (word.required) throw missing(command, word.name);
  });
  if (words.length > command.words.length) {
    const word = words[command.words.length];
    throw refusal(command, 'argument_extra', `"${word}" is one word too many for ${command.name}.`, { word });
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

function wanted(option: CommandOption): string {
  if (option.kind === 'choice') return `one of ${option.choices!.join(', ')}`;
  return option.kind === 'number' ? 'a number' : 'a value';
}

function unknownOption(command: Command, name: string): UserError {
  const known = command.options.map((option) => `--${option.name}`).join(', ') || 'none';
  return refusal(command, 'argument_unknown', `${command.name} has no option --${name}.`, { name, known }, `Its options are: ${known}.`);
}

function missing(command: Command, what: string): UserError {
  return refusal(command, 'argument_missing', `${command.name} needs ${what}.`, { what });
}

function wrongValue(command: Command, { name }: CommandOption, value: string, wantedText: string): UserError {
  const got = value === '' ? 'none' : `"${value}"`;
  return refusal(command, 'argument_value', `--${name} takes ${wantedText}, got ${got}.`, { name, wanted: wantedText, value });
}

function refusal({ name }: Command, code: string, message: string, values: ErrorValues, hint = `See: muster ${name} --help.`): UserError {
  return new UserError(code, message, hint, { command: name, ...values });
}
