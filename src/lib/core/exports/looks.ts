/** What values look like that are not hashed, for the check of what was written. How they come to that is each destination's own. */
export const looks = {
  email: /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/,
  /** With its `+`. */
  e164: /^\+\d{7,15}$/,
  digits: /^\d{4,15}$/,
  deviceId: /^[0-9a-fA-F-]{8,36}$/,
  /** One line, not empty. */
  word: /^\S+$/,
  text: /^[^\r\n]+$/,
  anything: /^[^]+$/,
} as const;

/** Names under which sources keep what several platforms ask for; the first that the data has is taken. */
export const sourcesOf = {
  email: ['email'],
  phone: ['phone', 'mobile'],
  firstName: ['firstName', 'first_name', 'first name'],
  lastName: ['lastName', 'last_name', 'last name'],
  city: ['city'],
  state: ['state', 'province', 'region'],
  postcode: ['zip', 'postcode', 'postal_code', 'zipCode'],
  country: ['country'],
  advertisingId: ['madid', 'maid', 'idfa', 'gaid', 'aaid', 'advertisingId', 'advertising_id'],
  imei: ['imei'],
  idfa: ['idfa'],
  oaid: ['oaid'],
  openId: ['openid', 'openId', 'open_id'],
  unionId: ['unionid', 'unionId', 'union_id'],
} as const;
