import { m } from '$lib/paraglide/messages';
import { eventRoles, itemRoles, userRoles, type ColumnType, type FileFormat, type Mapping, type TimeFormat } from '$lib/core/schema/roles';
import { format } from '$lib/state/format.svelte';
import type { FileTable } from '$lib/work/operations/files';
import type { Role } from '$lib/state/importing/sourceDraft.svelte';

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
  consentPhone: m.data_role_consentPhone,
  consentPost: m.data_role_consentPost,
  consentWechat: m.data_role_consentWechat,
  consentEmailAt: m.data_role_consentEmailAt,
  consentSmsAt: m.data_role_consentSmsAt,
  consentPushAt: m.data_role_consentPushAt,
  consentPhoneAt: m.data_role_consentPhoneAt,
  consentPostAt: m.data_role_consentPostAt,
  consentWechatAt: m.data_role_consentWechatAt,
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

const kindWords: Record<Mapping['kind'], () => string> = {
  events: m.data_kind_events,
  items: m.data_kind_items,
  users: m.data_kind_users,
};

export function kindName(kind: Mapping['kind']): string {
  return kindWords[kind]();
}

const idWords: Record<string, () => string> = {
  email: m.wizard_id_email,
  phone: m.wizard_id_phone,
  device: m.wizard_id_device,
  member: m.wizard_id_member,
  wechat: m.wizard_id_wechat,
};

const ownIdWords: Record<string, () => string> = {
  email: m.people_id_email,
  phone: m.people_id_phone,
  device: m.people_id_device,
  member: m.people_id_member,
  wechat: m.people_id_wechat,
};

/** What people share, in the middle of a sentence. */
export function sharedIdName(kind: string): string {
  return ownIdWords[kind]?.() ?? m.people_id_other({ kind });
}

/** What a column of other ids is called; kinds of a person's own by their name. */
export function idKindName(kind: string): string {
  return idWords[kind]?.() ?? m.wizard_id_other({ kind });
}

const delimiterWords: Record<string, () => string> = {
  ',': m.wizard_by_comma,
  '\t': m.wizard_by_tab,
  ';': m.wizard_by_semicolon,
  '|': m.wizard_by_pipe,
  ' ': m.wizard_by_space,
};

const encodingNames: Record<Mapping['encoding'], string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  gb18030: 'GBK',
  big5: 'Big5',
  shift_jis: 'Shift_JIS',
  'windows-1252': 'Latin-1',
};

const packingNames = { gzip: 'gzip', zstd: 'zstd', zip: 'zip' } as const;

/** How a file is written, in one line: "CSV · UTF-8 · comma", "Excel · Sheet1". */
export function formatLine(mapping: Mapping, table: Pick<FileTable, 'format' | 'packing' | 'sheet'>): string {
  const format = mapping.format ?? table.format;
  const parts = [formatName(format, mapping.delimiter)];
  if (format === 'delimited')
    parts.push(encodingNames[mapping.encoding], delimiterWords[mapping.delimiter]?.() ?? JSON.stringify(mapping.delimiter));
  if (format === 'xlsx' && (mapping.sheet ?? table.sheet)) parts.push(m.wizard_sheet_named({ sheet: mapping.sheet ?? table.sheet ?? '' }));
  if (mapping.rowsAt) parts.push(m.wizard_rows_at_array({ path: mapping.rowsAt }));
  if (table.packing) parts.push(packingNames[table.packing]);
  return parts.join(' · ');
}

/** "CSV · gzip", "Excel". */
export function packedFormatName({ format, packing }: Pick<FileTable, 'format' | 'packing'>): string {
  return packing ? `${formatName(format)} · ${packingNames[packing]}` : formatName(format);
}

function formatName(format: FileFormat, delimiter = ','): string {
  switch (format) {
    case 'delimited':
      return delimiter === '\t' ? 'TSV' : delimiter === ',' || delimiter === ';' ? 'CSV' : m.wizard_format_text();
    case 'json':
      return 'JSON';
    case 'parquet':
      return 'Parquet';
    case 'arrow':
      return 'Arrow';
    case 'xlsx':
      return 'Excel';
  }
}

/** From the first day to the last, with the zone that the days are of: "Dec 1, 2010 – Dec 9, 2011 (Europe/London)". */
export function periodWords(first: string | null, last: string | null): string {
  const zone = format().settings.timeZone;
  const [from, to] = [format().date(first), format().date(last)];
  return from === to ? m.wizard_day_zone({ day: from, zone }) : m.wizard_period_zone({ from, to, zone });
}

export function timeFormatName(written: TimeFormat): string {
  switch (written.kind) {
    case 'unix-seconds':
      return m.data_time_seconds();
    case 'unix-milliseconds':
      return m.data_time_milliseconds();
    case 'unix-microseconds':
      return m.data_time_microseconds();
    case 'excel-serial':
      return m.data_time_serial();
    case 'text':
      return m.data_time_text({ pattern: readablePattern(written.pattern) });
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
