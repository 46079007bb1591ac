import { m } from '$lib/paraglide/messages';

/** The channels that somebody may have agreed to, after the choice of none. */
export function consentChoices(none: string) {
  return [
    { value: '', label: none },
    { value: 'email', label: m.exports_consent_email() },
    { value: 'sms', label: m.exports_consent_sms() },
    { value: 'push', label: m.exports_consent_push() },
    { value: 'phone', label: m.privacy_agreed_phone() },
    { value: 'post', label: m.privacy_agreed_post() },
    { value: 'wechat', label: m.privacy_agreed_wechat() },
  ];
}
