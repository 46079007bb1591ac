/// <reference lib="webworker" />
/**
 * The analysis worker with every step of storing counted (a file begun, closed, deleted; a manifest put or deleted):
 * before a chosen step the thread stands still until it is killed, so that the moment is exact.
 */
import '../../src/lib/work/analysis.worker';
import { stepChannel, type StepMessage } from './steps';

const channel = stepChannel();
const say = (message: StepMessage) => channel.postMessage(message);
let steps: string[] = [];
let stopAt = Infinity;
let isBlind = false;

channel.onmessage = ({ data }: MessageEvent<StepMessage>) => {
  if (data.type === 'count') say({ type: 'counted', steps });
  if (data.type === 'blind') isBlind = data.isBlind;
  if (data.type !== 'watch') return;
  steps = [];
  stopAt = data.stopAt;
  say({ type: 'watching' });
};

function step(what: string): void {
  if (steps.push(what) - 1 !== stopAt) return;
  say({ type: 'stopped', step: stopAt, what });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Counts the calls of a method. */
function count<T extends object>(prototype: T, name: keyof T & string): void {
  const method = prototype[name] as (...args: unknown[]) => unknown;
  (prototype as Record<string, unknown>)[name] = function (this: unknown, ...args: unknown[]) {
    step(name);
    return method.apply(this, args);
  };
}

const estimate = navigator.storage.estimate.bind(navigator.storage);
navigator.storage.estimate = async () => (isBlind ? { quota: 1e12, usage: 0 } : estimate());

count(FileSystemFileHandle.prototype, 'createWritable');
count(FileSystemWritableFileStream.prototype, 'close');
count(FileSystemDirectoryHandle.prototype, 'removeEntry');
count(IDBObjectStore.prototype, 'put');
count(IDBObjectStore.prototype, 'delete');
