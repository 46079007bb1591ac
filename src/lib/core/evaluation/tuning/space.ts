import type { OptionSpec, OptionValues } from '../../base/options';
import type { Random } from '../../base/random';

/** What a search can draw a value of. */
export type TunableSpec = Exclude<OptionSpec, { kind: 'text' }>;

/** Options that a search may change: those whose entry declares where to look. */
export function tunedOptions(specs: readonly OptionSpec[], fixed: OptionValues): TunableSpec[] {
  return specs.filter(
    (spec): spec is TunableSpec => spec.kind !== 'text' && spec.tuned !== undefined && spec.tuned !== false && !(spec.name in fixed),
  );
}

/** A model's options in two: those that a search chooses, and those that it leaves as they are. */
export function searchedAndFixed(specs: readonly OptionSpec[], given: OptionValues): { searched: OptionValues; fixed: OptionValues } {
  const names = new Set(tunedOptions(specs, {}).map(({ name }) => name));
  const some = (isSearched: boolean) => Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name) === isSearched));
  return { searched: some(true), fixed: some(false) };
}

/** Anywhere within the declared ranges: evenly, or evenly by order of magnitude where the option's scale is that. */
export function drawAnywhere(specs: readonly TunableSpec[], random: Random): OptionValues {
  return Object.fromEntries(specs.map((spec) => [spec.name, drawn(spec, random.uniform(), random)]));
}

/** Near a point: each option stays with even odds, or moves by about a seventh of its range. */
export function drawNear(specs: readonly TunableSpec[], point: OptionValues, random: Random): OptionValues {
  const moved = new Set(specs.filter(() => random.below(2) === 0));
  if (moved.size === 0 && specs.length > 0) moved.add(specs[random.below(specs.length)]);
  return Object.fromEntries(
    specs.map((spec) => {
      if (!moved.has(spec)) return [spec.name, point[spec.name]];
      const place = spec.kind === 'number' ? placeOf(spec, Number(point[spec.name])) + random.normal() / 7 : random.uniform();
      return [spec.name, drawn(spec, Math.min(1, Math.max(0, place)), random)];
    }),
  );
}

type NumberSpec = Extract<OptionSpec, { kind: 'number' }>;

function drawn(spec: TunableSpec, place: number, random: Random): OptionValues[string] {
  if (spec.kind === 'boolean') return random.below(2) === 0;
  if (spec.kind === 'choice') return spec.choices[random.below(spec.choices.length)];
  const [low, high] = spec.tuned as [number, number];
  const value = spec.scale === 'log' ? low * (high / low) ** place : low + (high - low) * place;
  return spec.integer ? Math.round(value) : Number(value.toPrecision(3));
}

/** Where a value lies in its range: 0 … 1 within it. */
function placeOf(spec: NumberSpec, value: number): number {
  const [low, high] = spec.tuned as [number, number];
  return spec.scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}
