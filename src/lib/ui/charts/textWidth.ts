/** Rough width of chart text in pixels; Chinese letters are twice as wide. */
export function textWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + letterWidth(letter), 0);
}

/** The text, or as much of it as fits into this many pixels and an ellipsis. */
export function fitText(text: string, pixels: number): string {
  if (textWidth(text) <= pixels) return text;
  let width = letterWidth('…');
  let kept = '';
  for (const letter of text) {
    width += letterWidth(letter);
    if (width > pixels) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

/** As {@link fitText}, with the gap before the end: labels that begin alike differ there. */
export function fitMiddle(text: string, pixels: number): string {
  if (textWidth(text) <= pixels) return text;
  const end = fitText([...text].reverse().join(''), pixels * 0.6).slice(0, -1);
  const start = fitText(text, pixels - textWidth(end));
  return start + [...end].reverse().join('').trimStart();
}

function letterWidth(letter: string): number {
  return letter.charCodeAt(0) > 0x2e80 ? 12 : 7;
}
