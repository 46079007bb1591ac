import { beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { TraitInfo } from '../../src/lib/core/profiles/traits';
import { traitCondition } from '../../src/lib/core/segments/conditions/trait';
import { locale } from '../../src/lib/state/locale.svelte';
import { traits } from '../../src/lib/state/traits.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import CampaignArms from '../../src/lib/ui/predictions/CampaignArms.svelte';
import { sentence } from '../../src/lib/ui/segments/sentence';
import TraitCondition from '../../src/lib/ui/segments/TraitCondition.svelte';
import { expectAccessible } from './accessibility';

const kinds: TraitInfo[] = [
  { id: 'mailArm', kind: 'text', origin: 'attribute', missing: 0, values: [{ value: 'letter', count: 800 }, { value: 'holdout', count: 200 }] }, // prettier-ignore
  { id: 'newsletter', kind: 'boolean', origin: 'attribute', missing: 0 },
  { id: 'orders', kind: 'count', origin: 'profile', missing: 0 },
];
const segment: TraitInfo = {
  id: 'score:letter.segment',
  kind: 'text',
  origin: 'score',
  missing: 0,
  values: [{ value: 'persuadable', count: 1200 }, { value: 'do-not-disturb', count: 90 }], // prettier-ignore
};

beforeEach(async () => {
  locale.set('en');
  await loadCatalogue();
  await page.viewport(1280, 900);
  vi.spyOn(traits, 'list', 'get').mockReturnValue(kinds);
});

it('asks by which events or by which column somebody was addressed', async () => {
  const ontarget = vi.fn();
  const events = ['campaign_received', 'campaign_held_out'].map((value) => ({ value, label: value }));
  const target = { treated: 'campaign_received', control: 'campaign_held_out', event: 'order_completed', withinDays: 30 };
  const screen = render(CampaignArms, { props: { target, events, ontarget } });
  await screen.getByLabelText('Who was addressed is said by').click();
  await screen.getByRole('option', { name: 'A column of the customers' }).click();
  // The value that looks like held out is taken for it; a figure such as orders is no column of arms.
  const byColumn = { ...target, arm: 'mailArm', treated: 'letter', control: 'holdout' };
  expect(ontarget).toHaveBeenLastCalledWith(byColumn);
  await screen.rerender({ target: byColumn, events, ontarget });
  await screen.getByLabelText('Column', { exact: true }).click();
  await expect.element(screen.getByRole('option', { name: 'orders' })).not.toBeInTheDocument();
  await screen.getByRole('option', { name: 'newsletter' }).click();
  expect(ontarget).toHaveBeenLastCalledWith({ ...target, arm: 'newsletter', treated: 'true', control: 'false' });
  await screen.getByLabelText('Day of the campaign').fill('2026-09-01');
  await userEvent.keyboard('{Tab}');
  expect(ontarget).toHaveBeenLastCalledWith({ ...byColumn, assignedOn: '2026-09-01' });
  await expectAccessible(screen.container);
  await screen.getByLabelText('Who was addressed is said by').click();
  await screen.getByRole('option', { name: 'Events' }).click();
  expect(ontarget).toHaveBeenLastCalledWith(target);
});

for (const [language, name, said] of [
  ['en', 'Persuadables', /is one of|Persuadables or Do not disturb/],
  ['zh', '说服型', /说服型或勿扰型/],
] as const) {
  it(`shows the segments of uplift in rules by their names (${language})`, async () => {
    locale.set(language);
    await loadCatalogue();
    const onchange = vi.fn();
    const context = { traits: [segment], events: [], segments: [] } as never;
    const rule = { trait: segment.id, is: 'persuadable' };
    const screen = render(TraitCondition, { props: { rule, path: '', context, onchange } });
    const box = screen.getByRole('combobox').last();
    await expect.element(box).toHaveValue(name);
    await box.click();
    await screen.getByRole('option').last().click();
    // The plan keeps the value that the file has.
    expect(onchange).toHaveBeenLastCalledWith({ trait: segment.id, is: 'do-not-disturb' });
    const names = { segment: (id: string) => id, traitKind: () => 'text' as const };
    const oneOf = { trait: segment.id, oneOf: ['persuadable', 'do-not-disturb'] };
    expect(sentence(traitCondition.readBack(oneOf, {} as never), names)).toMatch(said);
    expect(sentence(traitCondition.readBack(oneOf, {} as never), names)).not.toContain('do-not-disturb');
    await expectAccessible(screen.container);
  });
}
