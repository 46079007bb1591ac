import type { Mapping } from '../core/schema/roles';

/**
 * The mapping with the columns of other ids that files are staged with: those that it names, or else its e-mails and
 * phone numbers. Declaring merges nobody; who is one person stands in the plan.
 */
export function withIdColumns(mapping: Mapping): Mapping {
  if (mapping.ids || mapping.kind === 'items') return mapping;
  const { email, phone } = mapping.roles;
  const ids = { ...(email !== undefined && { [email]: 'email' }), ...(phone !== undefined && { [phone]: 'phone' }) };
  return Object.keys(ids).length > 0 ? { ...mapping, ids } : mapping;
}
