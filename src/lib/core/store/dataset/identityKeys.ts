import { identifier, sql, type Sql } from '../sql';

/** How a country writes phone numbers; see `core/exports/callingCodes`. */
export interface PhoneRules {
  /** Calling code. */
  code: string;
  /** Least and most digits of a national number without its trunk prefix. */
  digits: readonly [number, number];
  /** What stands before a national number when it is dialled inside the country. */
  trunk: string;
}

/** By which ids people are one person. */
export interface Merging {
  merge: readonly MergeBy[];
  /** Of phone numbers that do not begin with `+` or `00`; they are compared as they are where it is absent. */
  phones?: PhoneRules;
}

export interface MergeBy {
  /** `email`, `phone`, `device` … */
  kind: string;
  /** Of how many ids of people one such id may be another name; one that is shared by more says nothing and is not used. */
  limit?: number;
}

/**
 * Raising it joins more, and joins strangers: an e-mail is somebody's own, while families share a phone and a
 * computer. Ids of the same person count, too (each cookie is one).
 */
const defaultLimits: Record<string, number> = { email: 3, phone: 5, device: 5 };
const limitOfOthers = 5;

export function defaultLimit(kind: string): number {
  return defaultLimits[kind] ?? limitOfOthers;
}

export function limitOf({ kind, limit }: MergeBy): number {
  return limit ?? defaultLimit(kind);
}

/**
 * What is compared of an id, as SQL; NULL where it cannot be one. Nothing else is changed: the ids stay as they were given.
 * E-mails are compared without letter case and must hold an `@`. Of phone numbers the digits are compared, with the
 * country's code where they lack one, if they are seven or more and not all the same. Others are taken as they are.
 */
export function comparedId(kind: string, column: string, phones: PhoneRules | undefined): Sql {
  const trimmed = sql`trim(${identifier(column)})`;
  switch (kind) {
    case 'email':
      return sql`CASE WHEN contains(${trimmed}, '@') THEN lower(${trimmed}) END`;
    case 'phone':
      return phoneKey(sql`regexp_replace(${trimmed}, '[^0-9+]', '', 'g')`, phones);
    default:
      return sql`nullif(${trimmed}, '')`;
  }
}

function phoneKey(text: Sql, phones: PhoneRules | undefined): Sql {
  const digits = sql`replace(${text}, '+', '')`;
  const full = sql`CASE WHEN starts_with(${text}, '+') THEN ${digits} WHEN starts_with(${text}, '00') THEN substr(${digits}, 3)
    ELSE ${phones ? national(digits, phones) : digits} END`;
  return sql`CASE WHEN length(${digits}) >= 7 AND replace(${digits}, left(${digits}, 1), '') <> '' THEN ${full} END`;
}

/** A number without `+` may have its calling code all the same: then it is too long for a national one. */
function national(digits: Sql, { code, digits: [least, most], trunk }: PhoneRules): Sql {
  const bare =
    trunk === '' ? digits : sql`CASE WHEN starts_with(${digits}, ${trunk}) THEN substr(${digits}, ${trunk.length + 1}) ELSE ${digits} END`;
  return sql`CASE WHEN starts_with(${digits}, ${code}) AND length(${digits}) > ${most}
    AND length(${digits}) BETWEEN ${code.length + least} AND ${code.length + most} THEN ${digits} ELSE ${code} || ${bare} END`;
}
