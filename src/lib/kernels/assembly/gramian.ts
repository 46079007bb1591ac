import { addOuterProducts } from './tiles';
import { AlsJob, indexAt } from './job';

/** partials[block] = Σ y yᵀ over the block's rows of `fixed` (upper triangle). */
export function gramianBlock(job: AlsJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  const matrixBytes = stride * job.padded;
  const out = job.partials + <usize>block * matrixBytes;
  memory.fill(out, 0, matrixBytes);
  const from = indexAt(job.blockStarts, block);
  const to = indexAt(job.blockStarts, block + 1);
  // Chunks that stay in the first-level cache while all tiles pass over them.
  for (let row = from; row < to; row += 64) {
    addOuterProducts(job.fixed + <usize>row * stride, stride, min(64, to - row), out);
  }
}

/** gramian = α0 · Σ partials, in block order, with both triangles filled: always the same sum, whoever made the parts. */
export function reduceGramian(job: AlsJob, blocks: i32, unobservedWeight: f32): void {
  const padded = job.padded;
  const stride = (<usize>padded) << 2;
  const matrixBytes = stride * padded;
  const out = job.gramian;
  memory.fill(out, 0, matrixBytes);
  for (let block = 0; block < blocks; block++) {
    const part = job.partials + <usize>block * matrixBytes;
    for (let at: usize = 0; at < matrixBytes; at += 16) {
      v128.store(out + at, f32x4.add(v128.load(out + at), v128.load(part + at)));
    }
  }
  for (let i = 0; i < padded; i++) {
    for (let j = i; j < padded; j++) {
      const value = unobservedWeight * load<f32>(out + <usize>i * stride + ((<usize>j) << 2));
      store<f32>(out + <usize>i * stride + ((<usize>j) << 2), value);
      store<f32>(out + <usize>j * stride + ((<usize>i) << 2), value);
    }
  }
}
