import { sha256Hex } from '../../base/hash';

/**
 * An id of somebody who was erased, as `<salt>:<hash>`: enough to know the id when a file brings it again, and no more.
 * The salt is the workspace's; whoever has it can still try out ids one by one, so this hides an id from readers of the
 * plan, not from somebody who guesses it.
 */
export type ErasedId = string;

export const erasedIdShape = /^[0-9a-f]{16,64}:[0-9a-f]{32}$/;

/** @param kind of the id: `user` where it is nothing in particular, `email`, `phone` … */
export function erasedId(salt: string, kind: string, id: string): ErasedId {
  return `${salt}:${sha256Hex(`${salt} ${kind} ${compared(kind, id)}`).slice(0, 32)}`;
}

/** Addresses and numbers are written in several ways; ids are what they are. */
function compared(kind: string, id: string): string {
  if (kind === 'email') return id.trim().toLowerCase();
  // A country's code may be there or not, so the last digits must do: as many as no country has fewer of.
  if (kind === 'phone') return id.replace(/\D/g, '').slice(-9);
  return id;
}

/** Who was erased, to be asked for ids one by one. */
export class ErasedIds {
  readonly #known: ReadonlySet<ErasedId>;
  /** Usually one; more where plans were put together. */
  readonly #salts: readonly string[];

  constructor(ids: readonly ErasedId[] = []) {
    this.#known = new Set(ids);
    this.#salts = [...new Set(ids.map((id) => id.slice(0, id.indexOf(':'))))];
  }

  get isEmpty(): boolean {
    return this.#salts.length === 0;
  }

  has(kind: string, id: string): boolean {
    return this.#salts.some((salt) => this.#known.has(erasedId(salt, kind, id)));
  }
}
