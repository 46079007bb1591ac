import { lineAmountColumn, orderEventColumn } from '../reshape/fillOrders';
import { lineRefunds, refundWords } from '../reshape/lineRefunds';
import type { Mapping } from '../roles';
import { columnNamed } from './preset';

/** The mapping of orders, or of their lines, whose file has what was paid back beside what was paid (see `line-refunds`); any other stays as it is. */
export function withRefunds<Given extends Pick<Mapping, 'roles'>>(columns: readonly { name: string }[], mapping: Given): Given {
  const named = columnNamed(columns);
  if (!named(...refundWords.refund) || !named(...refundWords.event)) return mapping;
  return { ...mapping, reshape: lineRefunds.id, roles: { ...mapping.roles, event: orderEventColumn, value: lineAmountColumn } };
}
