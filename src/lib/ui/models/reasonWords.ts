import { m } from '$lib/paraglide/messages';

/**
 * Why something is computed where it is, in the language on screen. The platform says it in English sentences, which
 * are kept with results, so that results of earlier days can be told too; a sentence unknown here stays as it is.
 */
export function reasonWords(text: string): string {
  return text
    .split(/(?<=\.)\s+(?=[A-Z0-9])/)
    .filter(Boolean)
    .map((sentence) => {
      for (const [pattern, say] of sentences) {
        const found = pattern.exec(sentence);
        if (found) return say(found);
      }
      return sentence;
    })
    .join(' ');
}

const sentences: readonly [RegExp, (found: RegExpExecArray) => string][] = [
  [/^Asked for by name\.$/, () => m.shell_reason_asked()],
  [/^(\S+) is drawn in software here \((.+)\), slower than WebAssembly\.$/, ([, backend]) => m.shell_reason_software({ backend })],
  [/^(\S+) is not available\.$/, ([, backend]) => m.shell_reason_missing({ backend })],
  [/^(\S+) did not start \((.+)\)\.$/, ([, backend, problem]) => m.shell_reason_failed({ backend, problem })],
  [/^WebGPU on a real graphics processor/, () => m.shell_reason_webgpu()],
  [/^WebGL on a real graphics processor/, () => m.shell_reason_webgl()],
  [/^WebAssembly \(SIMD\) is the fastest that is left\.$/, () => m.shell_reason_wasm()],
  [/^Plain JavaScript always works\.$/, () => m.shell_reason_cpu()],
  [/^This browser cannot run WebAssembly SIMD\.$/, () => m.shell_reason_no_simd()],
  [/^One thread, because the page is not cross-origin isolated\.$/, () => m.shell_reason_not_isolated()],
  [/^One thread, because this machine has one processor core\.$/, () => m.shell_reason_one_core()],
  [/^(\d+) of (\d+) threads ended unexpectedly\.$/, ([, lost, all]) => m.shell_reason_threads_lost({ lost, all })],
];
