/** Active codes of ISO 4217: money of countries, without metals, funds and tests. */
const codes = new Set(
  (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY ' +
    'COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ' +
    'IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR ' +
    'MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD ' +
    'SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD ' +
    'XCG XOF XPF YER ZAR ZMW ZWG'
  ).split(' '),
);

/** Other ways to write a code that mean one currency only; `$` and `¥` mean several. */
const others: Record<string, string> = {
  RMB: 'CNY',
  CNH: 'CNY',
  人民币: 'CNY',
  '€': 'EUR',
  '£': 'GBP',
  US$: 'USD',
  HK$: 'HKD',
  NT$: 'TWD',
};

/** The code that a cell of a currency column means, in capitals; undefined where it is none. */
export function readCurrency(text: string): string | undefined {
  const word = text.trim().toUpperCase();
  return codes.has(word) ? word : others[word];
}
