import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments';
import type { Command } from '../../../src/cli/command';
import { commandHelp } from '../../../src/cli/help';

const bake: Command = {
  name: 'bake',
  summary: 'Bake bread.',
  words: [{ name: 'FLOUR', what: 'Which flour.', required: true }],
  options: [
    { name: 'minutes', kind: 'number', what: 'How long.', default: 40 },
    { name: 'crust', kind: 'choice', what: 'How hard.', choices: ['soft', 'hard'] },
    { name: 'to', kind: 'text', what: 'For whom.', value: 'NAME', required: true },
    { name: 'salt', kind: 'flag', what: 'With salt.' },
    { name: 'set', kind: 'pairs', what: 'More.' },
  ],
  examples: ['bake rye --to Ann'],
  run: async () => 0,
};

describe('parseArguments', () => {
  it('reads words, values, flags and pairs in any order', () => {
    const args = parseArguments(bake, ['--set', 'seeds=poppy', 'water=cold=ice', '--to=Ann', 'rye', '--salt', '--minutes', '-5']);
    expect(args.text('FLOUR')).toBe('rye');
    expect(args.text('to')).toBe('Ann');
    expect(args.number('minutes')).toBe(-5);
    expect(args.flag('salt')).toBe(true);
    expect(args.optionalText('crust')).toBeUndefined();
    expect(args.pairs('set')).toEqual({ seeds: 'poppy', water: 'cold=ice' });
  });

  it('fills in defaults and stops reading options after --', () => {
    const args = parseArguments(bake, ['--to', 'Ann', '--', '--rye']);
    expect(args.number('minutes')).toBe(40);
    expect(args.text('FLOUR')).toBe('--rye');
  });

  it.each([
    [[], 'bake needs FLOUR.'],
    [['rye'], 'bake needs --to NAME.'],
    [['rye', 'oats', '--to', 'Ann'], '"oats" is one word too many'],
    [['rye', '--to'], '--to takes a value, got none.'],
    [['rye', '--to', '--salt'], '--to takes a value, got none.'],
    [['rye', '--to', 'Ann', '--to', 'Bob'], '--to is given twice'],
    [['rye', '--to', 'Ann', '--minutes', 'long'], '--minutes takes a number, got "long".'],
    [['rye', '--to', 'Ann', '--crust', 'burnt'], '--crust takes one of soft, hard, got "burnt".'],
    [['rye', '--to', 'Ann', '--salt=yes'], '--salt takes no value, got "yes".'],
    [['rye', '--to', 'Ann', '--set', 'seeds'], '--set takes key=value, got none.'],
    [['rye', '--to', 'Ann', '--pepper'], 'bake has no option --pepper.'],
  ])('refuses %j', (words, message) => {
    expect(() => parseArguments(bake, words)).toThrow(message);
  });
});

it('help is made from the same data', () => {
  const help = commandHelp(bake);
  expect(help).toContain('Usage: muster bake FLOUR [--minutes VALUE] [--crust soft|hard] --to NAME [--salt] [--set key=value …]');
  expect(help).toContain('How long. Default: 40.');
});
