import { m } from '$lib/paraglide/messages';

interface Words {
  name: () => string;
  /** One sentence: how it works, and what for. */
  what: () => string;
}

const words: Record<string, Words> = {
  popularity: { name: m.models_algorithm_popularity, what: m.models_algorithm_popularity_what },
  ials: { name: m.models_algorithm_ials, what: m.models_algorithm_ials_what },
  'neural-mf': { name: m.models_algorithm_neural_mf, what: m.models_algorithm_neural_mf_what },
  logistic: { name: m.models_algorithm_logistic, what: m.models_algorithm_logistic_what },
  network: { name: m.models_algorithm_network, what: m.models_algorithm_network_what },
};

/** The marketer's word for an algorithm of either catalogue. */
export function algorithmName(id: string): string {
  return words[id]?.name() ?? id;
}

export function algorithmWhat(id: string): string {
  return words[id]?.what() ?? '';
}
