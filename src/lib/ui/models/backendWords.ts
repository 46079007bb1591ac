import { m } from '$lib/paraglide/messages';
import { reasonWords } from './reasonWords';

/** `tfjs wasm (why not a faster one)` → `TensorFlow.js wasm`, `simd × 2 threads` → `WASM SIMD × 2`; what is not known stays. */
export function backendName(backend: string): string {
  const at = backend.indexOf(' (');
  const name = at < 0 ? backend : backend.slice(0, at);
  for (const [pattern, say] of names) {
    const found = pattern.exec(name);
    if (found) return say(found);
  }
  return name;
}

/** The part in brackets, or nothing. */
export function reasonOf(backend: string): string {
  const at = backend.indexOf(' (');
  return at < 0 ? '' : reasonWords(backend.slice(at + 2).replace(/\)$/, ''));
}

/** As models say it of themselves; results of earlier days have the English words in them. */
const names: readonly [RegExp, (found: RegExpExecArray) => string][] = [
  [/^plain TypeScript$|^TypeScript, float64$/, () => m.models_backend_plain()],
  [/^(?:kernels )?simd(?: ×|,) (\d+)(?: threads?)?$/, ([, threads]) => m.models_backend_simd({ threads })],
  [/^(?:kernels )?reference(?: ×|,) \d+(?: threads?)?$/, () => m.models_backend_reference()],
  [/^tfjs (\S+)$/, ([, backend]) => m.models_backend_tfjs({ backend: tfjsNames[backend] ?? backend })],
];
const tfjsNames: Record<string, string> = { wasm: 'WASM', webgpu: 'WebGPU', webgl: 'WebGL', cpu: 'CPU' };
