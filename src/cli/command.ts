import type { RunContext } from '../lib/core/base/run';

/** One `--option` of a command, as data: `--help` and the parser are made from it. */
export interface CommandOption {
  /** Without the dashes: `out`. */
  name: string;
  /** `flag` takes no value; `pairs` takes any number of `key=value`. */
  kind: 'flag' | 'text' | 'number' | 'choice' | 'pairs';
  /** One sentence for `--help`. */
  what: string;
  /** How the value is called in `--help`: `DIR`. */
  value?: string;
  default?: string | number;
  required?: boolean;
  choices?: readonly string[];
}

/** A word after the command's name. */
export interface CommandWord {
  name: string;
  what: string;
  required?: boolean;
}

export type ArgumentValue = string | number | boolean | Record<string, string>;

/** What the parser made of the command line; options that were not given and have no default are absent. */
export class Arguments {
  constructor(private readonly values: Record<string, ArgumentValue>) {}

  has(name: string): boolean {
    return name in this.values;
  }

  text(name: string): string {
    return String(this.values[name] ?? '');
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  number(name: string): number {
    return Number(this.values[name]);
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** `--set a=1 b=2` as `{ a: '1', b: '2' }`. */
  pairs(name: string): Record<string, string> {
    return (this.values[name] as Record<string, string>) ?? {};
  }
}

/** Where a command speaks. Standard output carries results only; everything for the eye goes to standard error. */
export interface CommandIo {
  /** Writes a line of result. */
  print(line: string): void;
  /** Writes a line for the person who watches. */
  note(line: string): void;
  /** Reports progress on standard error; its signal is aborted by Ctrl-C. */
  run: RunContext;
  /** A path of the command line, resolved against the folder that the person is in. */
  path(given: string): string;
}

/** One command: one file in this folder, one line in `commands.ts`. */
export interface Command {
  name: string;
  /** One sentence. */
  summary: string;
  words: readonly CommandWord[];
  options: readonly CommandOption[];
  /** Lines as they can be typed, after `muster `. */
  examples: readonly string[];
  /** Exit codes of its own, each with what it says; those of every command stand in `muster --help`. */
  exitCodes?: readonly (readonly [code: number, what: string])[];
  /** Resolves with the exit code. Load engines inside, not at the top of the file: `--help` must stay quick. */
  run(args: Arguments, io: CommandIo): Promise<number>;
}
