// Plain JavaScript, because Node's worker threads load it as it is; core/math/simd/team.ts is the other side.

/**
 * @typedef {{ kernel: string, job: number, scratch: number, blocks: number, control: number }} Task
 * One parallel step: call `kernel(job, scratch, block)` for each block. `control` is the address of two int32: the
 * next block that nobody has taken, and 1 once the step is called off.
 *
 * @typedef {{ type: 'memory', module: WebAssembly.Module, memory: WebAssembly.Memory } | { type: 'forget' } | { type: 'task', task: Task }} ToHelper
 */

/**
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 */
export function instantiate(module, memory) {
  return new WebAssembly.Instance(module, { env: { memory, abort: () => {} } }).exports;
}

/**
 * Takes the next block and computes it.
 * @param {WebAssembly.Exports} kernels
 * @param {WebAssembly.Memory} memory
 * @param {Task} task
 * @returns {boolean} whether there was one
 */
export function takeBlock(kernels, memory, task) {
  const control = new Int32Array(memory.buffer, task.control, 2);
  if (Atomics.load(control, 1) === 1) return false;
  const block = Atomics.add(control, 0, 1);
  if (block >= task.blocks) return false;
  /** @type {(job: number, scratch: number, block: number) => void} */ (kernels[task.kernel])(task.job, task.scratch, block);
  return true;
}

/**
 * A helper thread's whole life: it answers `ready` to a memory and `done` to a task.
 * @param {(answer: 'ready' | 'done') => void} answer
 * @returns {(message: ToHelper) => void}
 */
export function createHelper(answer) {
  /** @type {{ kernels: WebAssembly.Exports, memory: WebAssembly.Memory } | undefined} */
  let place;
  return (message) => {
    if (message.type === 'memory') {
      place = { kernels: instantiate(message.module, message.memory), memory: message.memory };
      answer('ready');
    } else if (message.type === 'forget') {
      place = undefined;
    } else if (place) {
      while (takeBlock(place.kernels, place.memory, message.task));
      answer('done');
    }
  };
}
