/**
 * Sums of outer products in 4 × 8 tiles whose sixteen-byte accumulators stay in registers:
 * out[i…i+3, j…j+7] ± Σ_p panel[p][i…i+3]ᵀ · panel[p][j…j+7].
 * `i`, `j` and `stride` are in bytes; one stride serves panel and out.
 */

/** Adds. */
export function addTile(panel: usize, stride: usize, count: i32, i: usize, j: usize, out: usize): void {
  const r0 = out + (i >> 2) * stride + j;
  const r1 = r0 + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  let a00 = v128.load(r0);
  let a01 = v128.load(r0, 16);
  let a10 = v128.load(r1);
  let a11 = v128.load(r1, 16);
  let a20 = v128.load(r2);
  let a21 = v128.load(r2, 16);
  let a30 = v128.load(r3);
  let a31 = v128.load(r3, 16);
  let left = panel + i;
  let right = panel + j;
  for (let p = 0; p < count; p++) {
    const y0 = v128.load(right);
    const y1 = v128.load(right, 16);
    const x0 = v128.load32_splat(left);
    a00 = f32x4.add(a00, f32x4.mul(x0, y0));
    a01 = f32x4.add(a01, f32x4.mul(x0, y1));
    const x1 = v128.load32_splat(left, 4);
    a10 = f32x4.add(a10, f32x4.mul(x1, y0));
    a11 = f32x4.add(a11, f32x4.mul(x1, y1));
    const x2 = v128.load32_splat(left, 8);
    a20 = f32x4.add(a20, f32x4.mul(x2, y0));
    a21 = f32x4.add(a21, f32x4.mul(x2, y1));
    const x3 = v128.load32_splat(left, 12);
    a30 = f32x4.add(a30, f32x4.mul(x3, y0));
    a31 = f32x4.add(a31, f32x4.mul(x3, y1));
    left += stride;
    right += stride;
  }
  v128.store(r0, a00);
  v128.store(r0, a01, 16);
  v128.store(r1, a10);
  v128.store(r1, a11, 16);
  v128.store(r2, a20);
  v128.store(r2, a21, 16);
  v128.store(r3, a30);
  v128.store(r3, a31, 16);
}

/** Subtracts. */
export function subtractTile(panel: usize, stride: usize, count: i32, i: usize, j: usize, out: usize): void {
  const r0 = out + (i >> 2) * stride + j;
  const r1 = r0 + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  let a00 = v128.load(r0);
  let a01 = v128.load(r0, 16);
  let a10 = v128.load(r1);
  let a11 = v128.load(r1, 16);
  let a20 = v128.load(r2);
  let a21 = v128.load(r2, 16);
  let a30 = v128.load(r3);
  let a31 = v128.load(r3, 16);
  let left = panel + i;
  let right = panel + j;
  for (let p = 0; p < count; p++) {
    const y0 = v128.load(right);
    const y1 = v128.load(right, 16);
    const x0 = v128.load32_splat(left);
    a00 = f32x4.sub(a00, f32x4.mul(x0, y0));
    a01 = f32x4.sub(a01, f32x4.mul(x0, y1));
    const x1 = v128.load32_splat(left, 4);
    a10 = f32x4.sub(a10, f32x4.mul(x1, y0));
    a11 = f32x4.sub(a11, f32x4.mul(x1, y1));
    const x2 = v128.load32_splat(left, 8);
    a20 = f32x4.sub(a20, f32x4.mul(x2, y0));
    a21 = f32x4.sub(a21, f32x4.mul(x2, y1));
    const x3 = v128.load32_splat(left, 12);
    a30 = f32x4.sub(a30, f32x4.mul(x3, y0));
    a31 = f32x4.sub(a31, f32x4.mul(x3, y1));
    left += stride;
    right += stride;
  }
  v128.store(r0, a00);
  v128.store(r0, a01, 16);
  v128.store(r1, a10);
  v128.store(r1, a11, 16);
  v128.store(r2, a20);
  v128.store(r2, a21, 16);
  v128.store(r3, a30);
  v128.store(r3, a31, 16);
}

/** out += panelᵀ · panel over `count` rows: the upper triangle, whole tiles (some of the lower comes along). */
export function addOuterProducts(panel: usize, stride: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < stride; i += 16) {
    for (let j: usize = i & ~31; j < stride; j += 32) addTile(panel, stride, count, i, j, out);
  }
}

/**
 * out[0…3, 0…7] −= Σ_p left[p][0…3]ᵀ · right[p][0…7] of two panels that lie in groups of eight floats, 32 bytes a step.
 * `stride` is that of `out`.
 */
export function subtractGroupTile(left: usize, right: usize, count: i32, out: usize, stride: usize): void {
  const r1 = out + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  let a00 = v128.load(out);
  let a01 = v128.load(out, 16);
  let a10 = v128.load(r1);
  let a11 = v128.load(r1, 16);
  let a20 = v128.load(r2);
  let a21 = v128.load(r2, 16);
  let a30 = v128.load(r3);
  let a31 = v128.load(r3, 16);
  for (let p = 0; p < count; p++) {
    const y0 = v128.load(right);
    const y1 = v128.load(right, 16);
    const x0 = v128.load32_splat(left);
    a00 = f32x4.sub(a00, f32x4.mul(x0, y0));
    a01 = f32x4.sub(a01, f32x4.mul(x0, y1));
    const x1 = v128.load32_splat(left, 4);
    a10 = f32x4.sub(a10, f32x4.mul(x1, y0));
    a11 = f32x4.sub(a11, f32x4.mul(x1, y1));
    const x2 = v128.load32_splat(left, 8);
    a20 = f32x4.sub(a20, f32x4.mul(x2, y0));
    a21 = f32x4.sub(a21, f32x4.mul(x2, y1));
    const x3 = v128.load32_splat(left, 12);
    a30 = f32x4.sub(a30, f32x4.mul(x3, y0));
    a31 = f32x4.sub(a31, f32x4.mul(x3, y1));
    left += 32;
    right += 32;
  }
  v128.store(out, a00);
  v128.store(out, a01, 16);
  v128.store(r1, a10);
  v128.store(r1, a11, 16);
  v128.store(r2, a20);
  v128.store(r2, a21, 16);
  v128.store(r3, a30);
  v128.store(r3, a31, 16);
}

/**
 * out[0…3, 0…7] += Σ_p left[p][0…3]ᵀ · right[p][0…7] of two panels that lie in groups of eight floats, 32 bytes a step.
 * `stride` is that of `out`.
 */
export function addGroupTile(left: usize, right: usize, count: i32, out: usize, stride: usize): void {
  const r1 = out + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  let a00 = v128.load(out);
  let a01 = v128.load(out, 16);
  let a10 = v128.load(r1);
  let a11 = v128.load(r1, 16);
  let a20 = v128.load(r2);
  let a21 = v128.load(r2, 16);
  let a30 = v128.load(r3);
  let a31 = v128.load(r3, 16);
  for (let p = 0; p < count; p++) {
    const y0 = v128.load(right);
    const y1 = v128.load(right, 16);
    const x0 = v128.load32_splat(left);
    a00 = f32x4.add(a00, f32x4.mul(x0, y0));
    a01 = f32x4.add(a01, f32x4.mul(x0, y1));
    const x1 = v128.load32_splat(left, 4);
    a10 = f32x4.add(a10, f32x4.mul(x1, y0));
    a11 = f32x4.add(a11, f32x4.mul(x1, y1));
    const x2 = v128.load32_splat(left, 8);
    a20 = f32x4.add(a20, f32x4.mul(x2, y0));
    a21 = f32x4.add(a21, f32x4.mul(x2, y1));
    const x3 = v128.load32_splat(left, 12);
    a30 = f32x4.add(a30, f32x4.mul(x3, y0));
    a31 = f32x4.add(a31, f32x4.mul(x3, y1));
    left += 32;
    right += 32;
  }
  v128.store(out, a00);
  v128.store(out, a01, 16);
  v128.store(r1, a10);
  v128.store(r1, a11, 16);
  v128.store(r2, a20);
  v128.store(r2, a21, 16);
  v128.store(r3, a30);
  v128.store(r3, a31, 16);
}
