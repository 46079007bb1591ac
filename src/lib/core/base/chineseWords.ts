import type { CutWords } from './words';

let loading: Promise<CutWords> | undefined;

/**
 * jieba with its dictionary, and its hidden Markov model for words that it lacks: the same binary, and so the same words,
 * in every browser and in Node. Loaded when first asked for: 4 MB, 2.8 packed. A load that failed is tried again.
 */
export function openChineseWords(): Promise<CutWords> {
  loading ??= import('jieba-wasm').then(async (library) => {
    // Where modules are read from the disk it is there already.
    if (typeof library.default === 'function') await library.default();
    return (run) => library.cut(run, true);
  });
  loading.catch(() => (loading = undefined));
  return loading;
}
