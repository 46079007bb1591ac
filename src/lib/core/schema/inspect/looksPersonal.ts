import type { Classified } from '../privacy/classes';

/**
 * Whether a column of a class is left out of a file about people unless the person asks for it. A birth date is
 * sensitive, so nothing learns from it; but it is what birthday campaigns are made of, and is kept.
 */
export function looksPersonal(found: Classified | undefined): boolean {
  return found !== undefined && found.reason.values.about !== 'birth_date';
}
