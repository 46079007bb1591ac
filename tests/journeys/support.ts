import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page } from 'playwright/test';
import { written } from '../../scripts/plurals.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Real data beside the checkout; a journey that needs it skips with a message where it is missing. */
export const sharedData = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
export const hasSharedData = existsSync(sharedData);

/** A page that fails its test when anything asks another origin, violates the policy, or throws. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page, baseURL }, use) => {
    const offences: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(baseURL!) && !/^(blob|data):/.test(request.url())) offences.push(`asked ${request.url()}`);
    });
    page.on('pageerror', (error) => offences.push(`threw ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') offences.push(`logged ${message.text()}`);
    });
    await use(page);
    expect(offences).toEqual([]);
  },
});
export { expect };

export const languages = ['en', 'zh'] as const;
export const schemes = ['light', 'dark'] as const;
export type Language = (typeof languages)[number];

/** The words on screen, from the same catalogue that the app was built from: `say('zh')('data_import_rows')`. */
export function say(language: Language): (key: string, values?: Record<string, string | number>) => string {
  const folder = `${root}messages/${language}/`;
  const messages: Record<string, string> = Object.assign(
    {},
    ...readdirSync(folder).map((name) => JSON.parse(readFileSync(folder + name, 'utf8'))),
  );
  return (key, values = {}) => {
    if (!(key in messages)) throw new Error(`there is no message "${key}"`);
    return written(messages[key], values).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

/** Sets the language and the colour scheme before the app starts, as a returning person has them. */
export async function prefer(page: Page, language: Language, scheme: (typeof schemes)[number] = 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.addInitScript((locale) => localStorage.setItem('muster:locale', locale), language);
}

/** The button that brings the rows of what was chosen in. */
export const importRows = (page: Page, language: Language) =>
  page.getByRole('button', { name: pattern(say(language)('data_import_rows', { rows: '@' })) });

/** Chooses a file of CSV on whatever screen takes one, and imports it as it is proposed. */
export async function bring(page: Page, language: Language, name: string, content: string | Buffer): Promise<void> {
  const buffer = Buffer.from(content);
  await page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer });
  await importRows(page, language).click();
  await expect(page.getByText(say(language)('data_done_title', { file: name }))).toBeVisible();
}

/** Another screen by a link, as a person comes there: a reload would open the workspace anew, which takes seconds each time. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement('a'), { href });
    document.body.append(link);
    link.click();
    link.remove();
  }, url);
  await page.waitForURL(({ pathname, search }) => pathname + search === url);
}

/** WCAG 2 A and AA on the whole page, as it is now. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(`if (!window.axe) { ${axeSource} }`);
  const violations = (await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: unknown, options: unknown): Promise<{ violations: AxeViolation[] }> } };
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help} — ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join(' | ')}`,
    );
  })) as string[];
  expect(violations, what).toEqual([]);
}

interface AxeViolation {
  id: string;
  help: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** Nothing may stick out sideways, once what follows the window's width has followed it. */
export async function expectFits(page: Page, what: string): Promise<void> {
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(overflow, { message: `${what} is wider than the window`, timeout: 10_000 }).toBeLessThanOrEqual(0);
}

/** Pictures for people, written only when SCREENSHOTS is set: `SCREENSHOTS=1 npm test -- journeys`. */
export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  if (!process.env.SCREENSHOTS) return;
  const folder = `${root}test-results/pictures`;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage });
}

/** A message as a pattern: values given as `@` stand for anything. `pattern(t('data_import_rows', { rows: '@' }))`. */
export function pattern(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('@', '.+'));
}
