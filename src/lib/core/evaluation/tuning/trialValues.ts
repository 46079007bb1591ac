import type { OptionSpec, OptionValue } from '../../base/options';
import type { Trial } from './tune';

const optionPrefix = 'option ';

/** A trial as the figures of a progress report: a choice by its place, yes and no as 1 and 0. */
export function valuesOfTrial({ options, share, part, seconds, score }: Trial, specs: readonly OptionSpec[]): Record<string, number> {
  const ofOptions = Object.entries(options).map(([name, value]) => {
    const spec = specs.find((each) => each.name === name)!;
    return [optionPrefix + name, spec.kind === 'choice' ? spec.choices.indexOf(String(value)) : Number(value)];
  });
  return { share, part, seconds, ...(score !== null && { score }), ...Object.fromEntries(ofOptions) };
}

/** The trial that {@link valuesOfTrial} wrote; undefined where the figures are of something else. */
export function trialOfValues(values: Record<string, number>, specs: readonly OptionSpec[]): Trial | undefined {
  const { share, part, seconds, score } = values;
  if (share === undefined || part === undefined || seconds === undefined) return undefined;
  const options = specs.flatMap((spec): [string, OptionValue][] => {
    const value = values[optionPrefix + spec.name];
    if (value === undefined) return [];
    return [[spec.name, spec.kind === 'choice' ? spec.choices[value] : spec.kind === 'boolean' ? value === 1 : value]];
  });
  return { options: Object.fromEntries(options), share, part, seconds, score: score ?? null };
}
