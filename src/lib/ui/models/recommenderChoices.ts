import { recommenders } from '$lib/core/recommenders/catalogue';
import { recommenderFamilies, type RecommenderFamily } from '$lib/core/recommenders/recommender';
import { m } from '$lib/paraglide/messages';
import { algorithmName, algorithmWhat } from './algorithmNames';

const familyNames: Record<RecommenderFamily, () => string> = {
  baseline: m.models_family_baseline,
  neighbours: m.models_family_neighbours,
  linear: m.models_family_linear,
  spectral: m.models_family_spectral,
  factorisation: m.models_family_factorisation,
  neural: m.models_family_neural,
  sequential: m.models_family_sequential,
};

/** Every recommender for a Select or Menu: its name, one sentence on it, and the family that it stands under. */
export function recommenderChoices(): { value: string; label: string; about: string; group: string }[] {
  return recommenderFamilies.flatMap((family) =>
    recommenders
      .filter((recommender) => recommender.family === family)
      .map(({ id }) => ({ value: id, label: algorithmName(id), about: algorithmWhat(id), group: familyNames[family]() })),
  );
}
