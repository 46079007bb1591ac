import { UserError } from '../base/errors';
import { associationRules } from './associationRules';
import { bpr } from './bpr';
import { bspm } from './bspm';
import { buyAgain } from './buyAgain';
import { ease } from './ease';
import { gfCf } from './gfCf';
import { gru4rec } from './gru4rec';
import { ials } from './ials';
import { itemKnn } from './itemKnn';
import { markov } from './markov';
import { multDae } from './multDae';
import { multVae } from './multVae';
import { popularity } from './popularity';
import { pureSvd } from './pureSvd';
import type { Recommender } from './recommender';
import { rp3beta } from './rp3beta';
import { sasrec } from './sasrec';
import { simplex } from './simplex';
import { slim } from './slim';
import { userKnn } from './userKnn';
import { warp } from './warp';

/** Every recommender there is, the baseline first, then by kinship: one file and one line each. */
export const recommenders: readonly Recommender[] = [
  popularity,
  associationRules,
  itemKnn,
  userKnn,
  rp3beta,
  ease,
  slim,
  pureSvd,
  gfCf,
  bspm,
  ials,
  bpr,
  warp,
  simplex,
  multDae,
  multVae,
  markov,
  gru4rec,
  sasrec,
  buyAgain,
];

/** @throws UserError `recommender_unknown` */
export function findRecommender(id: string): Recommender {
  const found = recommenders.find((recommender) => recommender.id === id);
  if (found) return found;
  const known = recommenders.map((recommender) => recommender.id).join(', ');
  throw new UserError('recommender_unknown', `There is no recommender "${id}".`, `Choose one of: ${known}.`, { id, known });
}
