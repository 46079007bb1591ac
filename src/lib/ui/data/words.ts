import { m } from '$lib/paraglide/messages';
import { eventRoles, itemRoles, userRoles, type ColumnType, type Mapping, type TimeFormat } from '$lib/core/schema/roles';
import type { Role } from '$lib/state/importDraft.svelte';

const roleWords: Record<Role, () => string> = {
  user: m.data_role_user,
  item: m.data_role_item,
  event: m.data_role_event,
  time: m.data_role_time,
  quantity: m.data_role_quantity,
  price: m.data_role_price,
  value: m.data_role_value,
  currency: m.data_role_currency,
  order: m.data_role_order,
  session: m.data_role_session,
  channel: m.data_role_channel,
  campaign: m.data_role_campaign,
  device: m.data_role_device,
  rating: m.data_role_rating,
  title: m.data_role_title,
  category: m.data_role_category,
  brand: m.data_role_brand,
  cost: m.data_role_cost,
  stock: m.data_role_stock,
  createdAt: m.data_role_createdAt,
  updatedAt: m.people_role_updatedAt,
  text: m.data_role_text,
  email: m.data_role_email,
  phone: m.data_role_phone,
  country: m.data_role_country,
  consentEmail: m.data_role_consentEmail,
  consentSms: m.data_role_consentSms,
  consentPush: m.data_role_consentPush,
};

const typeWords: Record<ColumnType, () => string> = {
  text: m.data_type_text,
  integer: m.data_type_integer,
  decimal: m.data_type_decimal,
  time: m.data_type_time,
  boolean: m.data_type_boolean,
  empty: m.data_type_empty,
};

export function roleName(role: Role): string {
  return roleWords[role]();
}

export function typeName(type: ColumnType): string {
  return typeWords[type]();
}

/** Roles that a file of this kind can have. Order lines often carry facts of the item and the customer along. */
export function rolesOf(kind: Mapping['kind']): Role[] {
  if (kind === 'items') return [...itemRoles];
  if (kind === 'users') return [...userRoles];
  return [...new Set<Role>([...eventRoles, 'title', 'category', 'brand', 'country', 'email', 'phone'])];
}

export function timeFormatName(format: TimeFormat): string {
  switch (format.kind) {
    case 'unix-seconds':
      return m.data_time_seconds();
    case 'unix-milliseconds':
      return m.data_time_milliseconds();
    case 'unix-microseconds':
      return m.data_time_microseconds();
    case 'excel-serial':
      return m.data_time_serial();
    case 'text':
      return m.data_time_text({ pattern: readablePattern(format.pattern) });
  }
}

/** `%Y-%m-%d %H:%M:%S` → `YYYY-MM-DD HH:mm:ss`. */
function readablePattern(pattern: string): string {
  const parts: Record<string, string> = {
    Y: 'YYYY',
    y: 'YY',
    m: 'MM',
    '-m': 'M',
    d: 'DD',
    '-d': 'D',
    H: 'HH',
    '-H': 'H',
    I: 'hh',
    M: 'mm',
    S: 'ss',
    f: 'ffffff',
    g: 'fff',
    p: 'AM/PM',
    z: '±zz',
    b: 'Mon',
    B: 'Month',
  };
  return pattern.replace(/%(-?[A-Za-z])/g, (whole, letter: string) => parts[letter] ?? parts[letter.replace('-', '')] ?? whole);
}
