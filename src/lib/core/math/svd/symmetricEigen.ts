/** Eigenvalues, largest first, and row r of `vectors` (size × size) belongs to value r. */
export interface SymmetricEigen {
  values: Float64Array;
  vectors: Float64Array;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix (row-major, overwritten): Householder's tridiagonal form and
 * QL with implicit shifts (Martin, Reinsch & Wilkinson 1968; Dubrulle, Martin & Wilkinson 1968, as in EISPACK's tred2
 * and tql2). Unlike ml-matrix's, vectors lie in rows, so that rotations run along memory, and it pauses: 600 × 600 takes
 * some ten times less (docs/decisions/0017-small-algebra.md).
 */
export function* symmetricEigen(matrix: Float64Array, size: number): Generator<void, SymmetricEigen> {
  const { diagonal, beside } = yield* tridiagonal(matrix, size);
  yield* rotations(matrix, size, diagonal, beside);
  const order = [...diagonal.keys()].sort((a, b) => diagonal[b] - diagonal[a] || a - b);
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => vectors.set(matrix.subarray(from * size, (from + 1) * size), to * size));
  return { values: Float64Array.from(order, (from) => diagonal[from]), vectors };
}

/** A becomes Qᵀ, with Qᵀ A Q tridiagonal. */
function* tridiagonal(a: Float64Array, n: number): Generator<void, { diagonal: Float64Array; beside: Float64Array }> {
  const [diagonal, beside, scales] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const product = new Float64Array(n);
  // Reflections take rows away from the last one up; v lies in the row that it clears.
  for (let i = n - 1; i > 0; i--) {
    const v = a.subarray(i * n, i * n + i);
    let squares = 0;
    for (let k = 0; k < i; k++) squares += v[k] * v[k];
    const last = v[i - 1];
    if (i === 1 || squares === last * last) {
      beside[i] = last;
      v.fill(0);
      continue;
    }
    const length = last > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    beside[i] = length;
    v[i - 1] = last - length;
    const h = squares - last * length;
    scales[i] = h;
    // p = A v / h over the lower triangle.
    product.fill(0, 0, i);
    for (let j = 0; j < i; j++) {
      const row = j * n;
      const vj = v[j];
      let sum = a[row + j] * vj;
      for (let k = 0; k < j; k++) {
        sum += a[row + k] * v[k];
        product[k] += a[row + k] * vj;
      }
      product[j] += sum;
    }
    let half = 0;
    for (let j = 0; j < i; j++) {
      product[j] /= h;
      half += product[j] * v[j];
    }
    half /= 2 * h;
    for (let j = 0; j < i; j++) product[j] -= half * v[j];
    for (let j = 0; j < i; j++) {
      const row = j * n;
      const vj = v[j];
      const pj = product[j];
      for (let k = 0; k <= j; k++) a[row + k] -= vj * product[k] + pj * v[k];
    }
    yield;
  }
  // Qᵀ is built from the first reflection on, each in the corner that it reaches; rows of `a` still hold them.
  for (let i = 0; i < n; i++) {
    diagonal[i] = a[i * n + i];
    const v = a.slice(i * n, i * n + i);
    if (scales[i] !== 0) {
      // Row r of the corner is column r of Q: it loses v (v · row) / h.
      for (let r = 0; r < i; r++) {
        const row = a.subarray(r * n, r * n + i);
        let sum = 0;
        for (let k = 0; k < i; k++) sum += v[k] * row[k];
        sum /= scales[i];
        for (let k = 0; k < i; k++) row[k] -= sum * v[k];
      }
    }
    for (let k = 0; k < i; k++) a[i * n + k] = a[k * n + i] = 0;
    a[i * n + i] = 1;
    yield;
  }
  return { diagonal, beside };
}

/** The tridiagonal form becomes diagonal; rows of `vectors` turn along. */
function* rotations(vectors: Float64Array, n: number, d: Float64Array, e: Float64Array): Generator<void, void> {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  let [shift, largest] = [0, 0];
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]) + Math.abs(e[l]));
    let m = l;
    while (Math.abs(e[m]) > Number.EPSILON * largest) m++;
    while (m > l && Math.abs(e[l]) > Number.EPSILON * largest) {
      const g = d[l];
      let p = (d[l + 1] - g) / (2 * e[l]);
      const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
      d[l] = e[l] / (p + r);
      d[l + 1] = e[l] * (p + r);
      const next = d[l + 1];
      const moved = g - d[l];
      for (let i = l + 2; i < n; i++) d[i] -= moved;
      shift += moved;
      p = d[m];
      let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0];
      const last = e[l + 1];
      for (let i = m - 1; i >= l; i--) {
        [c3, c2, s2] = [c2, c, s];
        const h = c * e[i];
        const f = c * p;
        const length = Math.hypot(p, e[i]);
        e[i + 1] = s * length;
        s = e[i] / length;
        c = p / length;
        p = c * d[i] - s * h;
        d[i + 1] = f + s * (c * h + s * d[i]);
        turn(vectors, n, i, c, s);
      }
      p = (-s * s2 * c3 * last * e[l]) / next;
      e[l] = s * p;
      d[l] = c * p;
      yield;
    }
    d[l] += shift;
    e[l] = 0;
  }
}

/** Rows i and i + 1 by the angle whose cosine and sine these are. */
function turn(vectors: Float64Array, n: number, i: number, c: number, s: number): void {
  const [low, high] = [i * n, (i + 1) * n];
  for (let k = 0; k < n; k++) {
    const a = vectors[low + k];
    const b = vectors[high + k];
    vectors[high + k] = s * a + c * b;
    vectors[low + k] = c * a - s * b;
  }
}
