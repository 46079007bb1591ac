import type { ColumnClass } from './classes';

interface ValueShape {
  class: ColumnClass;
  about: string;
  shape: RegExp | ((text: string) => boolean);
  /** Share of the cells that must fit. */
  least: number;
}

/** Cells that give a person away whatever their header says; the first that fits counts. */
export const shapes: readonly ValueShape[] = [
  { class: 'contact', about: 'email', shape: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, least: 0.5 },
  { class: 'contact', about: 'phone', shape: /^(\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}$/, least: 0.5 },
  { class: 'contact', about: 'phone', shape: /^\+\d[\d\s().-]{6,}$/, least: 0.5 },
  { class: 'sensitive', about: 'identity_card', shape: /^\d{17}[\dXx]$/, least: 0.5 },
  { class: 'sensitive', about: 'identity_card', shape: /^\d{3}-\d{2}-\d{4}$/, least: 0.5 },
  { class: 'sensitive', about: 'bank', shape: (text) => cardLike(text), least: 0.9 },
  { class: 'sensitive', about: 'bank', shape: /^[A-Z]{2}\d{2}( ?[A-Z0-9]{4}){3,7}( ?[A-Z0-9]{1,3})?$/, least: 0.9 },
  { class: 'sensitive', about: 'location', shape: /^-?\d{1,3}\.\d{3,}\s*[,;]\s*-?\d{1,3}\.\d{3,}$/, least: 0.5 },
  { class: 'identifier', about: 'online_id', shape: /^(\d{1,3}\.){3}\d{1,3}$/, least: 0.5 },
  { class: 'identifier', about: 'online_id', shape: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, least: 0.5 },
];

/** What only counts together with a header. */
export const telling = {
  /** A whole date: a year, a month or an age is not exact. */
  date: /^(\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|(19|20)\d{2}[01]\d[0-3]\d)/,
  /** Three decimals of a degree are about a hundred metres. */
  coordinate: /^-?\d{1,3}\.\d{3,}(\s*[,;]\s*-?\d{1,3}\.\d{3,})?$/,
};

/** A number of 15 to 19 digits whose last one checks (Luhn), as those of payment cards do; one in ten others does by chance. */
export function cardLike(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^\d{15,19}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
