/** What a state's numbers lie in. */
export type StateNumbers = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface StateArray {
  data: StateNumbers;
  /** Row-major. */
  shape: number[];
}

/** Values that go into a JSON document and come out of it the same. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/**
 * What a trained model is, as named arrays and JSON: enough to score again without training, and to be read by other
 * programs. `format` names what the arrays mean, such as `logistic/1`; another meaning is another format.
 */
export interface ModelState {
  format: string;
  arrays: Record<string, StateArray>;
  meta: { [name: string]: Json };
}
