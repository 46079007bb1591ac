import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { findDestination } from '$lib/core/exports/destinations';
import { fieldsTable, mapFields } from '$lib/core/exports/fields';
import { makeFiles } from '$lib/core/exports/makeFiles';
import type { ExportCell } from '$lib/core/exports/table';
import { tableOf } from './nasty';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const md5 = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex');

/** Makes a destination's file from customers: id, then the traits; the traits that follow as they are by name. */
async function made(id: string, traits: string[], customers: ExportCell[][], given: OptionValues = {}, columns: string[] = []) {
  const destination = findDestination(id);
  const options = resolveOptions(id, destination.options, given);
  const source = tableOf(
    ['user', ...traits].map((name) => ({ name, type: 'text' as const })),
    customers,
  );
  const table = fieldsTable(source, destination, mapFields(destination, traits, options, {}, columns), options);
  const content = { kind: 'audience' as const, table, rows: customers.length, users: customers.length };
  const files = await makeFiles('春季 spring', content, destination, given, new Set(), quietContext());
  const [{ name, read }] = files.files;
  const bytes = await read();
  const inner = name.endsWith('.zip') ? Object.values(unzipSync(bytes))[0] : bytes;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(inner);
  return { ...files, name, lines: text.replace(/\n$/, '').split('\n') };
}
/** The lines for one column of values. */
async function lines(id: string, trait: string, values: string[], given: OptionValues = {}) {
  return (
    await made(
      id,
      [trait],
      values.map((value, n) => [`u${n}`, value]),
      given,
    )
  ).lines;
}

describe('Meta', () => {
  it('keeps dots and suffixes of e-mails, and writes phones without +', async () => {
    const { lines: rows } = await made('meta', ['email', 'phone'], [['1', ' User.Name+NYC@Gmail.com ', '+44 844 412 4653']]);
    expect(rows).toEqual(['email,phone', `${sha256('user.name+nyc@gmail.com')},${sha256('448444124653')}`]);
    expect(await lines('meta', 'phone', ['1-234-567-8910'], { hash: 'plain', country: 'US' })).toEqual(['phone', '12345678910']);
  });

  it('leaves places of other scripts empty instead of hashing nothing, and never guesses a gender', async () => {
    const traits = ['email', 'city', 'state', 'country', 'gender', 'zip'];
    const result = await made(
      'meta',
      traits,
      [
        ['1', 'a@b.co', '上海', 'Île-de-France', 'CN', 'unknown', '200000'],
        ['2', 'c@d.co', 'São Paulo', 'California', 'US', 'Female', '94107-1234'],
        ['3', 'e@f.co', 'New York', 'NY', 'us', '男', 'E1 6AN'],
      ],
      { hash: 'plain' },
    );
    expect(result.lines).toEqual([
      'email,zip,ct,st,country,gen',
      'a@b.co,200000,,iledefrance,cn,',
      'c@d.co,94107,saopaulo,,us,f',
      'e@f.co,,newyork,ny,us,m',
    ]);
    expect(result.rejects!.values).toEqual({ not_latin: 1, gender_unknown: 1, state_not_two_letters: 1, postcode_malformed: 1 });
  });

  it('says for every column what became of it, and that a list is too short', async () => {
    const { readiness } = await made(
      'meta',
      ['email'],
      [
        ['1', 'ann@example.com'],
        ['2', 'Bob@Example.com'],
        ['3', 'nobody'],
        ['4', null],
      ],
    );
    expect(readiness).toEqual([{ field: 'email', trait: 'email', valid: 1, mended: 1, rejected: 1, empty: 1 }]);
    expect(findDestination('meta').leastRows).toBe(100);
  });
});

describe('TikTok', () => {
  // The digests of its own page (ads.tiktok.com/help, preview of the newest version).
  const email = 'd6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69';
  const phone = '65b7e6dcf6f4310f8d7cbfbd78289a753062fb054d6664fb9aaac5df66a422d4';
  const device = '83dc3f5f32b9472613b0f038d36f22585a609d018af6f6067f50da318bf354bd';

  it('hashes its own examples, the phone number without +', async () => {
    const traits = ['email', 'phone', 'maid'];
    const customers = [['1', 'Jane Doe@gmail.com', '+374 93 828222', '5F3A2B18-9C4D-4E7F-B8E2-17D3A1E69B25']];
    const { lines: rows } = await made('tiktok', traits, customers, { plus: 'without' });
    expect(rows).toEqual(['Email_SHA256,Phone_SHA256,MAID_SHA256', [email, phone, device].join(',')]);
    const withPlus = await made('tiktok', traits, customers, { maidHash: 'md5' });
    expect(withPlus.lines[0]).toBe('Email_SHA256,Phone_SHA256,MAID_MD5');
    expect(withPlus.lines[1].split(',')[1]).toBe(sha256('+37493828222'));
  });

  it.each([
    ['newest', 'jane.doe+x@gmail.com', '+16577770000'],
    ['august-2025', 'jane.doe@gmail.com', '16577770000'],
    ['july-2024', 'janedoe@gmail.com', '+16577770000'],
  ])('follows the rules of %s', async (rules, mail, number) => {
    const customers = [['1', 'Jane.Doe+x@gmail.com', '(657)777-0000']];
    const { lines: rows } = await made('tiktok', ['email', 'phone'], customers, { rules, hash: 'plain', country: 'US' });
    expect(rows).toEqual(['Email,Phone', `${mail},${number}`]);
  });
});

describe('LinkedIn', () => {
  it('keeps every header of the template, and hashes the e-mail only', async () => {
    const { lines: rows } = await made(
      'linkedin',
      ['email', 'firstName', 'lastName', 'country'],
      [['1', 'Ann @Example.com', 'Ann', 'Li', 'cn']],
    );
    expect(rows).toEqual([
      'email,firstname,lastname,jobtitle,employeecompany,country,googleaid',
      `${sha256('ann@example.com')},Ann,Li,,,CN,`,
    ]);
  });
});

describe('X, Pinterest, Microsoft', () => {
  it('hash as they publish', async () => {
    // developer.x.com, user data: the user @AdsAPI.
    expect(await lines('x', 'twitter', ['@AdsAPI'], { type: 'username' })).toEqual([
      '49e0be2aeccfb51a8dee4c945c8a70a9ac500cf6f5cb08112575f74db9b1470d',
    ]);
    expect(await lines('x', 'email', [' Support@Twitter.com'], { hash: 'plain' })).toEqual(['support@twitter.com']);
    expect(await lines('pinterest', 'email', ['Email1@pinterest.com'], { hash: 'md5' })).toEqual([md5('email1@pinterest.com')]);
    expect(await lines('pinterest', 'idfa', ['AECE52E7-03EE-455A-B3C4-E57283966239'], { type: 'device', hash: 'plain' })).toEqual([
      sha256('aece52e7-03ee-455a-b3c4-e57283966239'),
    ]);
    expect(await lines('microsoft', 'email', ['Test@Gmail.com', ' test@contoso.com'])).toEqual([
      'Email',
      '87924606b4131a8aceeeae8868531fbb9712aaa07a5d3a756b26ce0f5d6ca674',
      // As Microsoft's page of the Bulk service's Customer List Item has it.
      'f25ad364d33972379a7a4f4df33db142205f5c40eb19cfdb2fc5aaf117e10101',
    ]);
  });
});

describe('platforms of China', () => {
  it('Tencent: the vectors of its page, one id a line, zipped', async () => {
    const { name, lines: rows } = await made('tencent', ['idfa'], [['1', 'ff1999cd-7177-4937-a474-74937a102630']], { type: 'HASH_IDFA' });
    expect([name, ...rows]).toEqual(['春季_spring-tencent.zip', '2c010ed96aef2fc34983e1e7e9176b7e']);
    expect(await lines('tencent', 'imei', ['A000002C9060F7'], { type: 'HASH_IMEI' })).toEqual(['f2d5a650733ca8c27d502b1c08da14e5']);
    expect(await lines('tencent', 'mac', ['02:00:00:00:00:00'], { type: 'HASH_MAC' })).toEqual(['e3f5536a141811db40efd6400f1d0a4e']);
    expect(await lines('tencent', 'phone', ['+86 138-0013-8000', '13900139000'])).toEqual([md5('13800138000'), md5('13900139000')]);
    expect(await lines('tencent', 'phone', ['13800138000'], { type: 'SHA256_MOBILE_PHONE' })).toEqual([sha256('13800138000')]);
  });

  it('take mobile numbers of the mainland only', async () => {
    const { rejects, rows } = await made(
      'wechat-pay',
      ['phone'],
      [
        ['1', '021-12345678'],
        ['2', '+852 5123 4567'],
        ['3', '13800138000'],
      ],
    );
    expect(rows).toBe(1);
    expect(rejects!.values).toEqual({ not_a_mobile_of_china: 2 });
  });

  it('WeChat Pay: a name of ASCII and no header', async () => {
    const { name, lines: rows } = await made('wechat-pay', ['phone'], [['1', '138 0013 8000']]);
    expect([name, ...rows]).toEqual(['spring-wechat-pay.csv', md5('13800138000')]);
  });

  it('Qianchuan and 达摩盘: plain, MD5 and SHA-256 by the type', async () => {
    expect(await lines('qianchuan', 'phone', ['13800138000'], { type: '4-phone' })).toEqual(['13800138000']);
    expect(await lines('qianchuan', 'phone', ['13800138000'], { type: '14-phone-sha256' })).toEqual([sha256('13800138000')]);
    expect(await lines('alimama', 'email', ['Ann@Example.com'], { type: 'email-md5' })).toEqual([md5('ann@example.com')]);
  });

  it('Ocean Engine: lines are the protocol buffer, byte for byte', async () => {
    const [line] = await lines('ocean-engine', 'idfa', ['AB1999CD-7177-4937-A474-74937A102630'], { type: 'IDFA' });
    // DmpData { idList { dataType: IDFA = 1, id } }, encoded by hand: 0a <length> 10 01 1a 24 <36 bytes>.
    const id = Buffer.from('ab1999cd-7177-4937-a474-74937a102630');
    expect(Buffer.from(line, 'base64').toString('hex')).toBe(`0a2810011a24${id.toString('hex')}`);
  });
});

describe('hashes that were there already', () => {
  const hashed = sha256('ann@example.com');

  it('are refused, passed through where the option says so, and never of the wrong kind', async () => {
    expect((await made('meta', ['email'], [['1', hashed]])).rejects!.values).toEqual({ already_hashed: 1 });
    const passed = await made(
      'meta',
      ['email'],
      [
        ['1', hashed.toUpperCase()],
        ['2', 'Bo@b.co'],
      ],
      { alreadyHashed: true },
    );
    expect(passed.lines).toEqual(['email', hashed, sha256('bo@b.co')]);
    const wrong = await made('tencent', ['phone'], [['1', hashed]], { alreadyHashed: true });
    expect(wrong.rejects!.values).toEqual({ wrong_hash: 1 });
  });
});

describe('e-mail and messaging', () => {
  it('Klaviyo: nobody twice, the audience’s columns behind the fields', async () => {
    const { lines: rows, rejects } = await made(
      'klaviyo',
      ['email', 'phone', 'orders'],
      [
        ['1', 'ann@example.com', '+8613800138000', '3'],
        ['2', 'Ann@example.com', null, '4'],
        ['3', 'bo@example.com', '+86 138 0013 8000', '5'],
      ],
      {},
      ['email', 'orders'],
    );
    expect(rows).toEqual(['Email Address,Phone Number,orders', 'ann@example.com,+8613800138000,3', 'bo@example.com,,5']);
    expect(rejects).toEqual({ rows: { nothing_to_match: 1 }, values: { duplicate: 2 } });
  });

  it('Mailchimp: at most 255 bytes, cut between characters; ASCII before the @', async () => {
    const { lines: rows, rejects } = await made(
      'mailchimp',
      ['email', 'note'],
      [
        ['1', 'ann@例子.cn', '好'.repeat(100)],
        ['2', '张伟@example.com', 'x'],
      ],
      {},
      ['note'],
    );
    expect(rows).toEqual(['Email Address,note', `ann@例子.cn,${'好'.repeat(85)}`]);
    expect(rejects!.values).toEqual({ email_not_ascii: 1 });
  });

  it('Braze: an external id or an alias, never both', async () => {
    expect((await made('braze', ['email'], [['00042', 'a@b.co']])).lines).toEqual(['external_id,email', '00042,a@b.co']);
    const alias = await made('braze', ['aliasLabel'], [['00042', 'shop']], { key: 'alias' });
    expect(alias.lines).toEqual(['user_alias_name,user_alias_label', '00042,shop']);
    expect(() => mapFields(findDestination('braze'), [], { key: 'alias' })).toThrow('needs user_alias_name + user_alias_label');
  });

  it('HubSpot, Customer.io and Iterable: by what they know people by', async () => {
    expect((await made('hubspot', ['email'], [['1', 'A@b.co']])).lines).toEqual(['Email', 'a@b.co']);
    expect((await made('customer-io', ['email'], [['1', 'A@b.co']])).lines).toEqual(['id,email', '1,a@b.co']);
    expect((await made('customer-io', ['email'], [['1', 'A@b.co']], { key: 'email' })).lines).toEqual(['email', 'a@b.co']);
    expect((await made('iterable', ['email'], [['1', null]], { key: 'both' })).lines).toEqual(['email,userId', ',1']);
  });
});
