/** Room in a WebAssembly memory that starts after the first page, which the module may use for itself. */
const firstByte = 65536;
/** One vector register; allocations never share one. */
const alignment = 16;

/** Whole allocations in a memory that grows as needed: first fit, neighbours merged when they are given back. */
export class SharedHeap {
  /** Free spans between allocations, ascending. */
  #free: { start: number; end: number }[] = [];
  #used = new Map<number, number>();
  #end = firstByte;

  constructor(readonly memory: WebAssembly.Memory) {}

  get isEmpty(): boolean {
    return this.#used.size === 0;
  }

  /** @throws RangeError where the memory cannot grow that far */
  allocate(bytes: number): number {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const span = this.#free.find(({ start, end }) => end - start >= size);
    const at = span ? span.start : this.#extend(size);
    if (span) {
      span.start += size;
      if (span.start === span.end) this.#free.splice(this.#free.indexOf(span), 1);
    }
    this.#used.set(at, size);
    return at;
  }

  free(at: number): void {
    const size = this.#used.get(at);
    if (size === undefined) throw new Error(`nothing is allocated at ${at}`);
    this.#used.delete(at);
    const index = this.#free.findIndex(({ start }) => start > at);
    this.#free.splice(index === -1 ? this.#free.length : index, 0, { start: at, end: at + size });
    this.#free = this.#free.reduce<{ start: number; end: number }[]>((merged, span) => {
      const previous = merged.at(-1);
      if (previous?.end === span.start) previous.end = span.end;
      else merged.push(span);
      return merged;
    }, []);
    const last = this.#free.at(-1);
    if (last?.end === this.#end) {
      this.#end = last.start;
      this.#free.pop();
    }
  }

  // Views are made anew at each use: growing the memory leaves older ones short.
  int32(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }

  float32(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  float64(at: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, length);
  }

  uint8(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  #extend(size: number): number {
    const at = this.#end;
    const missing = at + size - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    this.#end = at + size;
    return at;
  }
}
