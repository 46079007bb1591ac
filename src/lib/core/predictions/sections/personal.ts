import type { FeatureTable } from '../features';
import type { DiagnosticsSection } from '../report';

/** What would have been a feature, did it not say who somebody is; addresses and phone numbers never are, so they go without saying. */
export function personalFindings({ personal }: Pick<FeatureTable, 'personal'>): DiagnosticsSection['findings'] {
  return personal
    .filter(({ id }) => !['email', 'phone'].includes(id))
    .map(({ id, of }) => {
      const columns = of.map(({ column }) => column).join(', ');
      const classes = [...new Set(of.map((each) => each.class))].join(', ');
      const made = of.some(({ column }) => column === id) ? '' : ` (it is made of ${columns})`;
      const message = `"${id}"${made} says something about people (${classes}), so it was left out; name it in the plan's privacy.allowFeatures to use it.`;
      return { code: 'personal_left_out', feature: id, message, values: { columns, classes } };
    });
}
