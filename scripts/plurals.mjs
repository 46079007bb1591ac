/**
 * One and many in a message: `{count} {count:customer|customers}`. The second part is chosen by the language's plural
 * rules from the number as it is written, so "1" is one and "1,234" is many.
 */
const form = /\{(\w+):([^|{}]*)\|([^{}]*)\}/g;

/** The text for Paraglide: as it is, or as a set of variants where it holds such parts. */
export function withVariants(text) {
  const names = [...new Set([...text.matchAll(form)].map(([, name]) => name))];
  if (names.length === 0) return text;
  const inputs = new Set([...text.matchAll(/\{(\w+)[:}]/g)].map(([, name]) => name));
  const variants = names.reduce(
    (found, name) => found.flatMap((one) => ['one', 'other'].map((which) => ({ ...one, [name]: which }))),
    [{}],
  );
  return [
    {
      declarations: [...[...inputs].map((name) => `input ${name}`), ...names.map((name) => `local ${name}Plural = ${name}: plural`)],
      selectors: names.map((name) => `${name}Plural`),
      match: Object.fromEntries(
        variants.map((variant) => [names.map((name) => `${name}Plural=${variant[name]}`).join(', '), inWords(text, variant)]),
      ),
    },
  ];
}

/**
 * The same without Paraglide, for tests: `values` tell which form.
 * @param {string} text
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function written(text, values) {
  return inWords(text, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value) === '1' ? 'one' : 'other'])));
}

/**
 * @param {string} text
 * @param {Record<string, string>} which
 * @returns {string}
 */
function inWords(text, which) {
  return text.replace(form, (_, name, one, many) => (which[name] === 'one' ? one : many));
}
