import { m } from '$lib/paraglide/messages';
import { traitName } from '../traitNames';

/** The words of a model's input: a trait, `trait missing`, or `trait = value`. */
export function featureName(feature: string): string {
  const isMissing = / missing$/.exec(feature);
  if (isMissing) return m.predictions_feature_missing({ trait: traitName(feature.slice(0, isMissing.index)) });
  const equals = feature.indexOf(' = ');
  if (equals > 0) return `${traitName(feature.slice(0, equals))} = ${feature.slice(equals + 3)}`;
  return traitName(feature);
}
