import type { Json, ModelState } from '../modelState';

export interface StateFile {
  name: string;
  bytes: Uint8Array;
}

/** Ids by number, so that files name people and items; without them rows carry numbers. */
export interface StateIds {
  users?: (string | null)[];
  items?: (string | null)[];
}

/** A state as it travels: with the ids of its customers and items, by number, and what is known of the model. */
export interface TravellingState {
  state: ModelState;
  /** Customers only where the arrays have some. */
  ids?: StateIds;
  /** Of whoever wrote it; Muster's own are in work/registry. */
  about?: { [name: string]: Json };
}
