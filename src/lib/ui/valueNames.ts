import { m } from '$lib/paraglide/messages';
import { locale } from '$lib/state/locale.svelte';

/**
 * Values that files write in code (channels, devices, countries) in the words of the language on screen. Only what is
 * in everybody's files is known here; any other value stays as the file has it.
 */
export function valueName(property: string, value: string): string {
  if (/country/i.test(property) && /^[A-Z]{2}$/.test(value)) return countryName(value);
  if (!/channel|device|platform|source/i.test(property)) return value;
  return words[value.toLowerCase()]?.() ?? value;
}

const words: Record<string, () => string> = {
  app: m.shell_value_app,
  mini_program: m.shell_value_mini_program,
  miniprogram: m.shell_value_mini_program,
  web: m.shell_value_web,
  website: m.shell_value_web,
  store: m.shell_value_store,
  email: m.shell_value_email,
  sms: m.shell_value_sms,
  push: m.shell_value_push,
  phone: m.shell_value_phone,
  mobile: m.shell_value_phone,
  desktop: m.shell_value_desktop,
  pc: m.shell_value_desktop,
  tablet: m.shell_value_tablet,
  ios: m.shell_value_ios,
  android: m.shell_value_android,
};

/** Columns of a customer file that are in most of them; any other keeps its own name. */
export function attributeName(id: string): string {
  return attributes[id.toLowerCase()]?.() ?? id;
}

const attributes: Record<string, () => string> = {
  city: m.shell_attribute_city,
  country: m.shell_attribute_country,
  province: m.shell_attribute_province,
  gender: m.shell_attribute_gender,
  age: m.shell_attribute_age,
  birthday: m.shell_attribute_birthday,
  level: m.shell_attribute_level,
  channel: m.shell_attribute_channel,
};

function countryName(code: string): string {
  try {
    return new Intl.DisplayNames([locale.tag], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** `1` is Monday and `7` Sunday, as measures have them. */
export function weekdayName(day: string): string {
  // The first of January 2024 was a Monday.
  return /^[1-7]$/.test(day)
    ? new Intl.DateTimeFormat(locale.tag, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, Number(day)))
    : day;
}
