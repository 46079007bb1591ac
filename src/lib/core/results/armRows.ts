/** Places of the people of one arm. */
export function rowsOf(armOf: Uint8Array, arm: number): Int32Array {
  return Int32Array.from(armOf.keys()).filter((row) => armOf[row] === arm);
}

export function take(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]);
}

export function sumAt(values: ArrayLike<number>, rows: Int32Array): number {
  return rows.reduce((sum, row) => sum + values[row], 0);
}
