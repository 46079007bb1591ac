import { normEpsilon } from './layers';

/** `rows × columns`, row-major; what the layers do to one history, in plain TypeScript. */
export interface Rows {
  columns: number;
  values: Float32Array;
}

/** `x · weight + bias`. */
export function plainAffine(x: Rows, weight: Float32Array, bias: Float32Array): Rows {
  const [from, to] = [x.columns, bias.length];
  const rows = x.values.length / from;
  const values = new Float32Array(rows * to);
  const sums = new Float64Array(to);
  for (let row = 0; row < rows; row++) {
    sums.set(bias);
    for (let i = 0; i < from; i++) {
      const value = x.values[row * from + i];
      for (let o = 0, at = i * to; o < to; o++, at++) sums[o] += value * weight[at];
    }
    values.set(sums, row * to);
  }
  return { columns: to, values };
}

export function plainNormalise({ columns, values }: Rows, gain: Float32Array, bias: Float32Array): Rows {
  const out = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += columns) {
    let [sum, squares] = [0, 0];
    for (let c = start; c < start + columns; c++) sum += values[c];
    const mean = sum / columns;
    for (let c = start; c < start + columns; c++) squares += (values[c] - mean) ** 2;
    const inverse = 1 / Math.sqrt(squares / columns + normEpsilon);
    for (let c = 0; c < columns; c++) out[start + c] = (values[start + c] - mean) * inverse * gain[c] + bias[c];
  }
  return { columns, values: out };
}

/** The rows of `q`, which are the last of the history, each look at all rows of `k` up to their own. */
export function plainAttention(q: Rows, k: Rows, v: Rows): Rows {
  const { columns } = q;
  const [asking, rows] = [q.values.length / columns, k.values.length / columns];
  const values = new Float32Array(q.values.length);
  const shares = new Float64Array(rows);
  for (let row = 0; row < asking; row++) {
    const seen = rows - asking + row + 1;
    let most = -Infinity;
    for (let other = 0; other < seen; other++) {
      let dot = 0;
      for (let c = 0; c < columns; c++) dot += q.values[row * columns + c] * k.values[other * columns + c];
      shares[other] = dot / Math.sqrt(columns);
      most = Math.max(most, shares[other]);
    }
    let total = 0;
    for (let other = 0; other < seen; other++) total += shares[other] = Math.exp(shares[other] - most);
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let other = 0; other < seen; other++) sum += shares[other] * v.values[other * columns + c];
      values[row * columns + c] = sum / total;
    }
  }
  return { columns, values };
}

/** The states of {@link recurrentUnit} after each row of `x`, which has 3 size columns. */
export function plainRecurrentUnit(x: Rows, weight: Float32Array, bias: Float32Array): Rows {
  const size = x.columns / 3;
  const rows = x.values.length / x.columns;
  const values = new Float32Array(rows * size);
  let state: Rows = { columns: size, values: new Float32Array(size) };
  for (let row = 0; row < rows; row++) {
    const own = plainAffine(state, weight, bias).values;
    const given = x.values.subarray(row * x.columns, (row + 1) * x.columns);
    const next = new Float32Array(size);
    for (let c = 0; c < size; c++) {
      const reset = sigmoid(given[c] + own[c]);
      const keep = sigmoid(given[size + c] + own[size + c]);
      const fresh = Math.tanh(given[2 * size + c] + reset * own[2 * size + c]);
      next[c] = fresh + keep * (state.values[c] - fresh);
    }
    state = { columns: size, values: next };
    values.set(next, row * size);
  }
  return { columns: size, values };
}

export function plainSum(a: Rows, b: Rows): Rows {
  return { columns: a.columns, values: a.values.map((value, at) => value + b.values[at]) };
}

/** The last row alone. */
export function lastRow({ columns, values }: Rows): Rows {
  return { columns, values: values.subarray(values.length - columns) };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
