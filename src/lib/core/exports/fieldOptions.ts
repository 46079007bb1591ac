import type { OptionSpec } from '../base/options';
import { countryCodes } from './callingCodes';
import { unfit, type Unfit } from './destination';

/** Of destinations with phone numbers; what `RowOfTraits.phone` looks at. */
export const phoneCountry = {
  name: 'country',
  kind: 'choice',
  choices: ['none', ...countryCodes],
  default: 'none',
  what: 'Whose phone numbers are those that are written without a country code, where the customer’s own country is not known.',
} satisfies OptionSpec;

/** Of destinations that hash. */
export const alreadyHashed: OptionSpec = {
  name: 'alreadyHashed',
  kind: 'boolean',
  default: false,
  what: 'Values that are hashes already go into the file as they are; only right where whoever hashed them normalised as this platform does.',
};

/** Hashed here with SHA-256, or plain. */
export const hashOrPlain: OptionSpec = {
  name: 'hash',
  kind: 'choice',
  choices: ['sha256', 'plain'],
  default: 'sha256',
  what: 'Hashed here with SHA-256, or plain, for the platform to hash on upload.',
};

/** Why values do not fit, for destinations that say nothing else; one sentence each. */
export const fieldReasons = {
  already_hashed: 'The value is a hash already; hashing it again would match nobody.',
  wrong_hash: 'The value is a hash, but not of the kind that this file has.',
  duplicate: 'An earlier customer has the same value, and the platform takes each value once.',
  email_malformed: 'This is no e-mail address.',
  phone_malformed: 'This is no phone number.',
  phone_without_country: 'The number has no country code, and the customer’s country is not known.',
  name_malformed: 'There is no name beside the title.',
  nothing_to_match: 'The row has nothing that the platform could match by, so it is left out.',
} as const;

/** Why a phone number could not be read. */
export function noPhone(why: 'malformed' | 'no country'): Unfit {
  return unfit(why === 'malformed' ? 'phone_malformed' : 'phone_without_country');
}
