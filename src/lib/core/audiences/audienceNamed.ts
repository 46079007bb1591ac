import { UserError } from '../base/errors';
import type { PlanAudience } from './schema';

/** @throws UserError `audience_unknown` */
export function audienceNamed(audiences: readonly PlanAudience[], id: string): PlanAudience {
  const found = audiences.find((audience) => audience.id === id);
  if (found) return found;
  const known = audiences.map((audience) => audience.id).join(', ') || '–';
  throw new UserError('audience_unknown', `The plan has no audience "${id}".`, `Its audiences are: ${known}.`, { id, known });
}
