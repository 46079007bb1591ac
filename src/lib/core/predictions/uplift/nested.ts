import type { Json, ModelState } from '../../recommenders/modelState';

/** Several states in one: arrays under `<name>/<array>`, the rest in `meta.parts`. */
export function nestStates(format: string, parts: Readonly<Record<string, ModelState>>, meta: ModelState['meta'] = {}): ModelState {
  const arrays = Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) => Object.entries(part.arrays).map(([id, array]) => [`${name}/${id}`, array])),
  );
  const described = Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, { format: part.format, meta: part.meta } as Json]),
  );
  return { format, arrays, meta: { ...meta, parts: described } };
}

/** One of the states that were put together. */
export function nestedState({ arrays, meta }: ModelState, name: string): ModelState {
  const described = (meta.parts as unknown as Record<string, Pick<ModelState, 'format' | 'meta'>>)[name];
  const own = Object.entries(arrays).filter(([id]) => id.startsWith(`${name}/`));
  return { ...described, arrays: Object.fromEntries(own.map(([id, array]) => [id.slice(name.length + 1), array])) };
}
