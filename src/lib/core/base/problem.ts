import type { ErrorValues } from './errors';

/** Something wrong with one part of what a person wrote; where it stands is added where the whole is walked. */
export interface Problem {
  code: string;
  message: string;
  hint: string;
  values?: ErrorValues;
}

export function emptyCondition(): Problem {
  return { code: 'condition_empty', message: 'A condition is not filled in.', hint: 'Fill it in, or remove it.' };
}
