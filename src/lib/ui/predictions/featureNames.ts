import { m } from '$lib/paraglide/messages';
import { profileTraits } from '$lib/core/profiles/profileTraits';
import { eventName } from '../eventNames';
import { traitName } from '../traitNames';

/** The words of a model's input: a trait, `trait missing`, or `trait = value`. */
export function featureName(feature: string): string {
  const isMissing = / missing$/.exec(feature);
  if (isMissing) return m.predictions_feature_missing({ trait: traitName(feature.slice(0, isMissing.index)) });
  const equals = feature.indexOf(' = ');
  if (equals > 0) return `${traitName(feature.slice(0, equals))} = ${feature.slice(equals + 3)}`;
  return windowName(feature) ?? traitName(feature);
}

/** `orders_within_30` and its like, which only a model looks at. */
function windowName(feature: string): string | undefined {
  const found = /^(.+)_(within|before|trend)_(\d+)$/.exec(feature);
  if (!found) return undefined;
  const [, of, kind, days] = found;
  const words = { within: m.predictions_feature_within, before: m.predictions_feature_before, trend: m.predictions_feature_trend };
  const isTrait = profileTraits.some(({ id }) => id === of);
  return words[kind as keyof typeof words]({ what: isTrait ? traitName(of) : eventName(of), days: Number(days) });
}
