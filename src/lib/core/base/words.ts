/** Cuts a run of Chinese characters into words; every character is in exactly one of them. */
export type CutWords = (run: string) => string[];

/** Letters of any script and digits; Chinese characters are runs of their own. */
const runs = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+/gu;
const chinese = /^\p{Script=Han}/u;

/** Whether a text has something for {@link CutWords} to do. */
export function hasChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}

/**
 * The words of a text, in its order, in small letters and one form of each character (NFKC). Other scripts are cut where
 * neither letters nor digits stand, and a single letter or digit is no word; Chinese is cut by `cut`.
 */
export function wordsOf(text: string, cut: CutWords = characterPairs): string[] {
  const words: string[] = [];
  for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(runs)) {
    if (chinese.test(run)) words.push(...cut(run));
    else if (run.length > 1) words.push(run);
  }
  return words;
}

/** Every two neighbours of a run: what needs no dictionary. */
export function characterPairs(run: string): string[] {
  const characters = [...run];
  return characters.length < 2 ? characters : characters.slice(1).map((character, at) => characters[at] + character);
}
