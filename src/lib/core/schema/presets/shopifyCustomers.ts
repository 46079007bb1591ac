import { columnNamed, idsOf, present, type SourcePreset } from './preset';

/**
 * Shopify's customers_export.csv, with plain address columns (to 2023) or `Default Address …` and `Customer ID` (since).
 * Columns as Shopify's help centre lists them and as exports in public repositories have them; newer ones write
 * `'6512345` and `'+4915112345678`, so that spreadsheets leave them alone. As in its orders, people are known by e-mail.
 */
export const shopifyCustomers: SourcePreset = {
  id: 'shopify-customers',
  name: 'Shopify customers',
  recognise({ columns }) {
    const named = columnNamed(columns);
    const email = named('email');
    const consentEmail = named('acceptsemailmarketing', 'acceptsmarketing');
    if (!email || !consentEmail || !named('totalspent') || !named('totalorders')) return undefined;
    const phone = named('phone', 'defaultaddressphone');
    return {
      kind: 'users',
      roles: present({
        user: email,
        email,
        phone,
        country: named('countrycode', 'defaultaddresscountrycode', 'country'),
        consentEmail,
        consentSms: named('acceptssmsmarketing'),
      }),
      ids: idsOf([
        [email, 'email'],
        [phone, 'phone'],
        [named('customerid'), 'shopify'],
      ]),
    };
  },
};
