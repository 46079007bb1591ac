import { UserError } from '../base/errors';
import type { OptionSpec, OptionValues } from '../base/options';
import type { FeatureMatrix, InputColumn } from './transform';

/** In which direction predictions may go with a trait: what is known beforehand of the world, and holds for few rows too. */
export const directionOptions: readonly OptionSpec[] = [
  {
    name: 'increasing',
    kind: 'text',
    names: 'traits',
    default: '',
    longest: 2000,
    what: 'Traits, with commas between them, with which predictions may only rise: nobody who has more of one is told a smaller chance.',
  },
  {
    name: 'decreasing',
    kind: 'text',
    names: 'traits',
    default: '',
    longest: 2000,
    what: 'Traits, with commas between them, with which predictions may only fall.',
  },
];

/**
 * @param features those that a model may learn from
 * @throws UserError `direction_unknown` where a trait is none of them or a word, `direction_both` where it is to do both
 */
export function checkDirections(options: OptionValues, features: readonly { id: string; kind: string }[]): void {
  const [up, down] = [namesIn(options.increasing), namesIn(options.decreasing)];
  const both = up.find((name) => down.includes(name));
  if (both !== undefined) {
    throw new UserError('direction_both', `Predictions cannot only rise and only fall with "${both}".`, 'Take it out of one of the two.', {
      trait: both,
    });
  }
  const known = features.filter(({ kind }) => kind !== 'text').map(({ id }) => id);
  const unknown = [...up, ...down].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UserError(
    'direction_unknown',
    `"${unknown}" is no number that the model learns from, so predictions cannot follow it.`,
    `Choose from: ${shown(known)}.`,
    { trait: unknown, known: shown(known) },
  );
}

/** The inputs with the directions that the options bind; as they are where these bind none. */
export function withDirections(inputs: FeatureMatrix, columns: readonly InputColumn[], options: OptionValues): FeatureMatrix {
  const [up, down] = [namesIn(options.increasing), namesIn(options.decreasing)];
  if (up.length + down.length === 0) return inputs;
  const directionOf = ({ kind, feature }: InputColumn) => (kind !== 'raw' ? 0 : up.includes(feature) ? 1 : down.includes(feature) ? -1 : 0);
  return { ...inputs, directions: Int8Array.from(columns, directionOf) };
}

function namesIn(text: OptionValues[string] | undefined): string[] {
  return String(text ?? '')
    .split(',')
    .flatMap((name) => name.trim() || []);
}

function shown(names: readonly string[]): string {
  return names.length > 20 ? `${names.slice(0, 20).join(', ')} …` : names.join(', ');
}
