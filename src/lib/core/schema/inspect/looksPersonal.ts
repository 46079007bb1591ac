import type { ColumnType } from '../roles';
import { plainWord } from './headerWords';

/** Headers of what says who somebody is or where to find them; as {@link plainWord} writes them. */
const headers = new Set([
  ...['name', 'firstname', 'lastname', 'fullname', 'surname', 'givenname', 'familyname', 'middlename', 'nickname', 'username'],
  ...['customername', 'clientname', 'contactname', 'recipient', 'recipientname', 'maidenname'],
  ...[
    '姓名',
    '名字',
    '姓',
    '名',
    '真实姓名',
    '客户姓名',
    '用户姓名',
    '会员姓名',
    '昵称',
    '用户名',
    '收货人',
    '收件人',
    '联系人',
    '微信号',
    '微信',
  ],
  ...['address', 'address1', 'address2', 'addressline1', 'addressline2', 'street', 'streetaddress', 'homeaddress', 'shippingaddress'],
  ...['billingaddress', 'deliveryaddress', '地址', '住址', '家庭住址', '收货地址', '收件地址', '详细地址', '联系地址', '通讯地址'],
  ...['ssn', 'socialsecuritynumber', 'nationalid', 'idnumber', 'idcard', 'idcardnumber', 'identitynumber', 'passport', 'passportnumber'],
  ...['passportno', 'taxid', 'driverlicense', 'driverslicense', 'licensenumber', 'iban', 'bankaccount', 'creditcard', 'cardnumber'],
  ...['身份证', '身份证号', '身份证号码', '证件号', '证件号码', '护照', '护照号', '银行卡', '银行卡号', '社保号', '驾驶证号', '车牌号'],
  ...[
    'email',
    'emailaddress',
    'email2',
    'mail',
    'phone',
    'phonenumber',
    'mobile',
    'tel',
    'telephone',
    'fax',
    '邮箱',
    '手机',
    '手机号',
    '电话',
  ],
  ...['ip', 'ipaddress', 'ip地址', 'notes', 'note', 'comment', 'comments', 'remark', 'remarks', '备注', '留言'],
]);

/** Cells that name a person whatever their header says. */
const shapes: readonly RegExp[] = [
  // E-mail; mobile number in China; international number; identity card of China; social security number; IPv4 address.
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  /^1[3-9]\d{9}$/,
  /^\+\d[\d\s().-]{6,}$/,
  /^\d{17}[\dXx]$/,
  /^\d{3}-\d{2}-\d{4}$/,
  /^(\d{1,3}\.){3}\d{1,3}$/,
];

/** Of fewer cells nobody can say that they are nearly all distinct. */
const enoughCells = 20;

/**
 * Whether a column seems to say who somebody is, so that it is not kept unless the person asks for it: names,
 * addresses, numbers on documents, ways to reach somebody, and text or long numbers that are nearly all distinct.
 */
export function looksPersonal(name: string, type: ColumnType, values: readonly string[], distinct: number): boolean {
  if (headers.has(plainWord(name))) return true;
  if (values.length === 0) return false;
  const fits = (shape: RegExp) => values.filter((value) => shape.test(value.trim())).length >= values.length / 2;
  if (shapes.some(fits)) return true;
  if (values.length < enoughCells || distinct < values.length * 0.9) return false;
  return type === 'text' || (type === 'integer' && fits(/^\d{7,}$/));
}
