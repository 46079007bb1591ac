/** Float32 vectors of `bytes` bytes, a multiple of 32. */

export function dot(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + at), v128.load(b + at)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
  }
  return sumLanes(f32x4.add(s0, s1));
}

// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** The four dot products of x with y0 … y3, one a lane. */
// @ts-ignore: decorator
@inline
export function dots4(x: usize, y0: usize, y1: usize, y2: usize, y3: usize, bytes: usize): v128 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = v128.load(x + at);
    s0 = f32x4.add(s0, f32x4.mul(v, v128.load(y0 + at)));
    s1 = f32x4.add(s1, f32x4.mul(v, v128.load(y1 + at)));
    s2 = f32x4.add(s2, f32x4.mul(v, v128.load(y2 + at)));
    s3 = f32x4.add(s3, f32x4.mul(v, v128.load(y3 + at)));
  }
  const s01 = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
  const s23 = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(s01, s23, 0, 1, 4, 5), v128.shuffle<f32>(s01, s23, 2, 3, 6, 7));
}

/** out += w₀ y0 + w₁ y1 + w₂ y2 + w₃ y3, with the weights in the lanes of `w`. */
// @ts-ignore: decorator
@inline
export function add4(out: usize, w: v128, y0: usize, y1: usize, y2: usize, y3: usize, bytes: usize): void {
  const w0 = v128.shuffle<f32>(w, w, 0, 0, 0, 0);
  const w1 = v128.shuffle<f32>(w, w, 1, 1, 1, 1);
  const w2 = v128.shuffle<f32>(w, w, 2, 2, 2, 2);
  const w3 = v128.shuffle<f32>(w, w, 3, 3, 3, 3);
  for (let at: usize = 0; at < bytes; at += 16) {
    const a = f32x4.add(f32x4.mul(w0, v128.load(y0 + at)), f32x4.mul(w1, v128.load(y1 + at)));
    const b = f32x4.add(f32x4.mul(w2, v128.load(y2 + at)), f32x4.mul(w3, v128.load(y3 + at)));
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.add(a, b)));
  }
}

/** out += weight · y */
export function add(out: usize, weight: f32, y: usize, bytes: usize): void {
  const w = f32x4.splat(weight);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(w, v128.load(y + at))));
  }
}

/** out = y + weight · out */
export function scaleAndAdd(out: usize, weight: f32, y: usize, bytes: usize): void {
  const w = f32x4.splat(weight);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(y + at), f32x4.mul(w, v128.load(out + at))));
  }
}
