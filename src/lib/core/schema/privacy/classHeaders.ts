import type { ColumnClass } from './classes';

/** Words of a header that give a class away, as `plainWord` writes them: lower case without spaces, dashes, dots. */
interface HeaderWords {
  class: ColumnClass;
  /** Completes `privacy_about_<about>`: what the column seems to say. */
  about: string;
  /** The whole header is one of these. */
  words: readonly string[];
  /** The header ends with one of these words (`billing_email`). */
  endings?: readonly string[];
  /** A Chinese header contains one of these. */
  parts?: readonly string[];
}

/** The first entry that fits counts, so what is stricter comes first. */
export const classHeaders: readonly HeaderWords[] = [
  {
    class: 'sensitive',
    about: 'identity_card',
    words: [
      ...[
        'ssn',
        'socialsecuritynumber',
        'nationalid',
        'nationalidnumber',
        'idnumber',
        'idcard',
        'idcardno',
        'idcardnumber',
        'identitycard',
      ],
      ...[
        'identitynumber',
        'passport',
        'passportnumber',
        'passportno',
        'taxid',
        'driverlicense',
        'driverslicense',
        'licensenumber',
        'nino',
      ],
      ...['护照', '驾驶证号', '社保号', '社保卡号', '居民身份证'],
    ],
    parts: ['身份证', '证件号', '护照号'],
  },
  {
    class: 'sensitive',
    about: 'bank',
    words: [
      'iban',
      'bankaccount',
      'bankaccountnumber',
      'accountnumber',
      'creditcard',
      'creditcardnumber',
      'cardnumber',
      'cardno',
      'debitcard',
    ],
    parts: ['银行卡', '信用卡号', '银行账号', '银行账户', '开户账号'],
  },
  {
    class: 'sensitive',
    about: 'health',
    words: [
      ...[
        'health',
        'healthcondition',
        'healthstatus',
        'medical',
        'medicalhistory',
        'diagnosis',
        'disease',
        'illness',
        'disability',
        'allergy',
      ],
      ...['allergies', 'medication', 'bloodtype', 'bloodgroup', 'pregnant', 'pregnancy', 'bmi', '血型', '孕期', '预产期'],
    ],
    endings: ['diagnosis', 'disease', 'disability', 'allergies', 'medication'],
    parts: ['健康状', '病史', '疾病', '诊断', '残疾', '过敏', '用药', '怀孕'],
  },
  {
    class: 'sensitive',
    about: 'religion',
    words: ['religion', 'faith', 'religiousbelief', 'denomination', '信仰'],
    endings: ['religion'],
    parts: ['宗教'],
  },
  {
    class: 'sensitive',
    about: 'politics',
    words: ['politics', 'politicalparty', 'politicalopinion', 'politicalviews', 'politicalaffiliation', 'partymember', '党员', '党派'],
    parts: ['政治面貌', '政治倾向'],
  },
  {
    class: 'sensitive',
    about: 'ethnicity',
    words: ['ethnicity', 'ethnicgroup', 'ethnicorigin', 'race', 'nationalorigin', '民族', '种族', '族裔', '籍贯'],
    endings: ['ethnicity'],
  },
  {
    class: 'sensitive',
    about: 'sexual_life',
    words: ['sexualorientation', 'orientation', 'sexuality', 'sexlife', '性取向', '性生活'],
    endings: ['sexualorientation'],
  },
  { class: 'sensitive', about: 'union', words: ['union', 'unionmember', 'unionmembership', 'tradeunion', '工会', '工会会员'] },
  { class: 'sensitive', about: 'criminal', words: ['criminalrecord', 'convictions', 'criminal', '犯罪记录', '前科', '违法记录'] },
  { class: 'sensitive', about: 'biometric', words: ['fingerprint', 'faceid', 'faceprint', 'biometric', '指纹', '人脸', '声纹'] },
  {
    class: 'contact',
    about: 'email',
    words: ['email', 'emailaddress', 'email2', 'mail', 'useremail', 'customeremail', '邮箱', '电子邮箱', '电子邮件', '邮件地址'],
    endings: ['email', 'emailaddress', 'mailaddress'],
    parts: ['邮箱'],
  },
  {
    class: 'contact',
    about: 'phone',
    words: [
      'phone',
      'phonenumber',
      'mobile',
      'mobilephone',
      'mobilenumber',
      'tel',
      'telephone',
      'cell',
      'cellphone',
      'fax',
      'whatsapp',
      '手机',
      '电话',
      '传真',
    ],
    endings: ['phone', 'phonenumber', 'telephone', 'mobilenumber'],
    parts: ['手机号', '电话号', '联系电话', '固定电话'],
  },
  {
    class: 'contact',
    about: 'address',
    words: [
      ...['address', 'address1', 'address2', 'addressline1', 'addressline2', 'street', 'streetaddress', 'homeaddress', 'shippingaddress'],
      ...['billingaddress', 'deliveryaddress', '地址', '住址', '家庭住址', '门牌号'],
    ],
    endings: ['address', 'address1', 'address2', 'street', 'streetaddress'],
    parts: ['收货地址', '收件地址', '详细地址', '联系地址', '通讯地址', '家庭地址'],
  },
  {
    class: 'contact',
    about: 'messenger',
    words: ['wechat', 'wechatid', 'weixin', 'qq', 'line', 'lineid', 'telegram', 'skype', '微信', '微信号', 'qq号', '旺旺', '旺旺号'],
  },
  {
    class: 'contact',
    about: 'recipient',
    words: ['recipient', 'recipientname', 'shippingname', 'billingname', '收货人', '收件人', '收货人姓名', '收件人姓名', '联系人'],
  },
  {
    class: 'identifier',
    about: 'name',
    words: [
      ...[
        'name',
        'firstname',
        'lastname',
        'fullname',
        'surname',
        'givenname',
        'familyname',
        'middlename',
        'nickname',
        'username',
        'maidenname',
      ],
      ...['customername', 'clientname', 'contactname', '姓名', '名字', '姓', '名', '昵称', '用户名', '买家昵称', '会员名'],
    ],
    endings: ['firstname', 'lastname', 'fullname', 'surname'],
    parts: ['真实姓名', '客户姓名', '用户姓名', '会员姓名'],
  },
  {
    class: 'identifier',
    about: 'online_id',
    words: [
      ...[
        'ip',
        'ipaddress',
        'ip地址',
        'deviceid',
        'cookieid',
        'idfa',
        'idfv',
        'imei',
        'oaid',
        'gaid',
        'aaid',
        'macaddress',
        'openid',
        'unionid',
      ],
      ...['anonymousid', 'gclid', 'fbp', 'fbc', '设备id', '设备号', '车牌号', '车牌'],
    ],
  },
  {
    class: 'free-text',
    about: 'notes',
    words: [
      ...['notes', 'note', 'comment', 'comments', 'remark', 'remarks', 'review', 'reviewtext', 'reviewbody', 'feedback', 'message', 'memo'],
      ...['备注', '留言', '评价', '评论', '反馈', '附言', '意见'],
    ],
    endings: ['notes', 'comments', 'remarks', 'feedback'],
    parts: ['备注', '留言', '评价内容', '评论内容', '投诉内容', '反馈内容'],
  },
];

/** Birth dates are sensitive where they are exact; a year or a month alone is not. */
export const birthWords = [
  'birthday',
  'birthdate',
  'dateofbirth',
  'dob',
  'birth',
  '生日',
  '出生日期',
  '出生年月日',
  '出生年月',
  '会员生日',
];
export const locationWords = [
  'lat',
  'latitude',
  'lng',
  'lon',
  'long',
  'longitude',
  'gps',
  'coordinates',
  'latlng',
  'geo',
  '经度',
  '纬度',
  '经纬度',
  '坐标',
];
