import { UserError } from './errors';

/** How much data a model learns from: customers and items that occur, and their distinct pairs. */
export interface DataSize {
  users: number;
  items: number;
  pairs: number;
}

/** A default that follows the data, and why. */
export interface DefaultRule {
  of(size: DataSize): number;
  /** The rule and its reason, one sentence. */
  why: string;
}

/**
 * One option of a catalogue entry, as data: forms, `--help`, the plan's schema and the docs are made from it.
 * `what` says in one sentence what raising (or choosing) it does.
 */
export type OptionSpec =
  | {
      name: string;
      kind: 'number';
      what: string;
      /** Where `rule` is given: what stands in while the data is not known. */
      default: number;
      rule?: DefaultRule;
      min: number;
      max: number;
      integer?: boolean;
      scale?: 'log';
      unit?: string;
      /** Where a search for better values looks; one without it is left alone. */
      tuned?: readonly [low: number, high: number];
    }
  | { name: string; kind: 'choice'; what: string; default: string; choices: string[]; tuned?: boolean }
  | { name: string; kind: 'boolean'; what: string; default: boolean; tuned?: boolean }
  /** `names`: what the text names, so that a form can offer it. A search for better values leaves it alone. */
  | { name: string; kind: 'text'; what: string; default: string; longest: number; names: 'segments' | 'traits' };

export type OptionValue = number | string | boolean;
export type OptionValues = Record<string, OptionValue>;

/** What an option is where nothing is given: by its rule where there is one and the data is known. */
export function defaultOf(spec: OptionSpec, size?: DataSize): OptionValue {
  return spec.kind === 'number' && spec.rule && size ? spec.rule.of(size) : spec.default;
}

/**
 * The given values over the defaults, checked; with `size` defaults that follow the data do.
 * @throws UserError `option_unknown`, `option_not_a_number`, `option_out_of_range`, `option_not_a_choice`, `option_too_long`
 */
export function resolveOptions(owner: string, specs: readonly OptionSpec[], given: OptionValues = {}, size?: DataSize): OptionValues {
  const resolved: OptionValues = Object.fromEntries(specs.map((spec) => [spec.name, defaultOf(spec, size)]));
  for (const [name, value] of Object.entries(given)) {
    const spec = specs.find((candidate) => candidate.name === name);
    if (!spec) {
      const known = specs.map((candidate) => candidate.name).join(', ') || 'none';
      throw new UserError('option_unknown', `${owner} has no option "${name}".`, `Its options are: ${known}.`, { owner, name, known });
    }
    resolved[name] = resolveOption(owner, spec, value);
  }
  return resolved;
}

function resolveOption(owner: string, spec: OptionSpec, value: OptionValue): OptionValue {
  const { name } = spec;
  if (spec.kind === 'number') {
    const number = typeof value === 'number' ? value : String(value).trim() === '' ? NaN : Number(value);
    if (!Number.isFinite(number) || (spec.integer && !Number.isInteger(number))) {
      const wanted = spec.integer ? 'a whole number' : 'a number';
      throw new UserError(
        'option_not_a_number',
        `Option "${name}" of ${owner} is "${value}", not ${wanted}.`,
        `Give ${wanted} from ${spec.min} to ${spec.max}.`,
        { owner, name, value: String(value), min: spec.min, max: spec.max },
      );
    }
    if (number < spec.min || number > spec.max) {
      throw new UserError(
        'option_out_of_range',
        `Option "${name}" of ${owner} is ${number}.`,
        `It can be from ${spec.min} to ${spec.max}.`,
        { owner, name, value: number, min: spec.min, max: spec.max },
      );
    }
    return number;
  }
  if (spec.kind === 'text') {
    const text = String(value).trim();
    if (text.length <= spec.longest) return text;
    throw new UserError(
      'option_too_long',
      `Option "${name}" of ${owner} has ${text.length} characters.`,
      `It can have ${spec.longest} at most.`,
      { owner, name, length: text.length, most: spec.longest },
    );
  }
  const choices = spec.kind === 'boolean' ? ['true', 'false'] : spec.choices;
  if (!choices.includes(String(value))) {
    throw new UserError('option_not_a_choice', `Option "${name}" of ${owner} is "${value}".`, `It can be: ${choices.join(', ')}.`, {
      owner,
      name,
      value: String(value),
      choices: choices.join(', '),
    });
  }
  return spec.kind === 'boolean' ? String(value) === 'true' : String(value);
}
