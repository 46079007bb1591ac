import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { linesFormat } from '../formats/lines';
import { idListOf } from '../idList';
import { looks, sourcesOf } from '../looks';

const mobileLooks = /^1\d{10}$/;

const { option, fields, identifiers } = idListOf(
  [
    { id: 'phone-md5', from: sourcesOf.phone, normalise: mobile, hash: 'md5', looks: mobileLooks },
    { id: 'openid', from: sourcesOf.openId, normalise: openId, looks: looks.word },
  ],
  'What stands on the lines: the MD5 of a mobile number, or an openid; a file holds one kind.',
);

/** 微信支付 brand list (品牌人群包): one openid or one MD5 a line, no header. */
export const wechatPay: Destination = {
  id: 'wechat-pay',
  what: 'A brand’s list for WeChat Pay (微信支付人群包): one openid or one MD5 of a mobile number a line, no header, an ASCII name. The platform also asks for the file’s SHA-256, which the manifest has.',
  readers: 'platforms',
  group: 'ads-china',
  takes: ['audience'],
  rules: { source: 'https://pay.weixin.qq.com/doc/brand/4016183594', readOn: '2026-11-24' },
  options: [option, { ...phoneCountry, default: 'CN' }, alreadyHashed],
  fields,
  identifiers,
  reasons: {
    ...fieldReasons,
    not_a_mobile_of_china: 'Only mobile numbers of mainland China, of eleven digits, can be matched.',
    id_malformed: 'An openid has no spaces.',
  },
  shared: ['country'],
  asciiNames: true,
  format: () => linesFormat('csv'),
  check(_kind, columns, given) {
    return fieldsCheck(this, columns, given);
  },
};

function mobile(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  if (typeof number === 'string') return noPhone(number);
  return number.code === '86' && mobileLooks.test(number.national) ? number.national : unfit('not_a_mobile_of_china');
}

function openId(value: string): string | Unfit {
  const id = value.trim();
  return looks.word.test(id) ? id : unfit('id_malformed');
}
