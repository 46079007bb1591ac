import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { readConsent } from '$lib/core/schema/privacy/consents';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { fileOf } from '../import/support';

describe('a consent', () => {
  it.each([
    ['yes', 1],
    ['SUBSCRIBED', 1],
    ['已授权', 1],
    ['Opted-In', 1],
    ['2026-01-05T10:00:00Z', 1],
    ['no', 0],
    ['UNSUBSCRIBED', 0],
    ['NEVER_SUBSCRIBED', 0],
    ['未授权', 0],
    ['opted out', 0],
    ['PENDING', -1],
    ['?', -1],
    ['maybe 2', -1],
    ['', -1],
  ])('%s is %i', (text, answer) => expect(readConsent(text)).toBe(answer));
});

describe('from files to an export', () => {
  let context: OperationContext;
  beforeAll(async () => {
    const desk = new Desk(nodePlatform({ threads: 1 }));
    context = { ...quietContext(), desk };
    await operations.workspaceCreate({ name: 'Tea', timeZone: 'Asia/Shanghai', currency: 'CNY' }, context);
    await add('orders', [
      'user_id,item_id,event,timestamp',
      ...['ann', 'bo', 'cid', 'dan', 'eve'].map((who) => `${who},tea,pv,2026-01-01 10:00`),
    ]);
    // The list of the shop is newer as a file; the mail tool knows better when ann left and bo came back.
    await add(
      'mailing',
      [
        'user_id,email,Email Status,Status Changed,微信授权',
        'ann,ann@x.org,UNSUBSCRIBED,2026-03-01 09:00,已授权',
        'bo,bo@x.org,SUBSCRIBED,2026-03-02 09:00,未授权',
        'cid,cid@x.org,NEVER_SUBSCRIBED,,',
      ],
      { consentEmail: 'Email Status', consentEmailAt: 'Status Changed' },
    );
    await add(
      'shop',
      [
        'user_id,email,accepts_marketing,since',
        'ann,ann@x.org,yes,2026-01-01 09:00',
        'bo,bo@x.org,no,2026-02-01 09:00',
        'dan,dan@x.org,yes,2026-02-01 09:00',
        'eve,eve@x.org,pending,2026-02-01 09:00',
      ],
      { consentEmailAt: 'since' },
    );
  });
  afterAll(async () => {
    await context.desk.close();
    await (await context.desk.store()).close();
  });
  async function add(sourceId: string, lines: string[], roles: Record<string, string> = {}): Promise<void> {
    const file = fileOf(`${lines.join('\n')}\n`, `${sourceId}.csv`);
    const { mapping } = await operations.sourceInspect({ file }, context);
    await operations.sourceImport({ file, sourceId, mapping: { ...mapping, roles: { ...mapping.roles, ...roles } }, mode: 'add' }, context);
  }
  const preview = (consent: 'email' | 'wechat' | 'post') =>
    operations.audiencePreview({ audience: { id: 'mail', from: 'everyone', consent, columns: ['consentEmailAt'] }, limit: 10 }, context);

  it('the latest statement by time counts, whichever file is newer; silence is no yes, and its count is told', async () => {
    const { members, rows, steps, consent } = await preview('email');
    expect(rows.map(([id]) => id)).toEqual(['bo', 'dan']);
    expect(rows[0][1]).toBe(Date.parse('2026-03-02T01:00:00Z'));
    expect(members).toBe(2);
    expect(steps.at(-1)).toEqual({ step: 'consent', left: 2 });
    expect(consent).toEqual({ channel: 'email', yes: 2, no: 2, unknown: 1 });
  });

  it('each channel is asked by itself, WeChat in Chinese too; one of which nothing is known is refused', async () => {
    expect((await preview('wechat')).rows.map(([id]) => id)).toEqual(['ann']);
    expect((await preview('wechat')).consent).toEqual({ channel: 'wechat', yes: 1, no: 1, unknown: 3 });
    await expect(preview('post')).rejects.toMatchObject({ code: 'consent_unknown', values: { channel: 'post' } });
  });

  it('reaches the file: only who agreed is in it', async () => {
    const { plan } = context.desk.state;
    const audiences = [{ id: 'mail', from: 'everyone', consent: 'email' as const, columns: ['email'] }];
    await operations.workspaceSavePlan({ plan: { ...plan, audiences, exports: [{ audience: 'mail', destination: 'csv' }] } }, context);
    const { manifest } = await operations.exportsRun(undefined, context);
    expect(manifest.audiences[0]).toMatchObject({ id: 'mail' });
    expect(manifest.files[0].rows).toBe(2);
  });
});

describe('a consent that is a date', () => {
  let context: OperationContext;
  beforeAll(async () => {
    context = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
    await operations.workspaceCreate({ name: 'Tea', timeZone: 'Asia/Shanghai', currency: 'CNY' }, context);
    await add('orders', ['user_id,item_id,event,timestamp', 'ann,tea,pv,2026-01-01 10:00']);
  });
  afterAll(async () => {
    await context.desk.close();
    await (await context.desk.store()).close();
  });
  const add = async (sourceId: string, lines: string[]) => {
    const file = fileOf(`${lines.join('\n')}\n`, `${sourceId}.csv`);
    const { mapping } = await operations.sourceInspect({ file }, context);
    await operations.sourceImport({ file, sourceId, mapping, mode: 'add' }, context);
    return mapping.roles;
  };
  const agreed = async () => {
    const audience = { id: 'mail', from: 'everyone', consent: 'email' as const, columns: ['consentEmailAt'] };
    const { rows } = await operations.audiencePreview({ audience, limit: 10 }, context);
    return rows.map(([id, at]) => [id, at === null ? null : new Date(Number(at)).toISOString()]);
  };

  it('is a yes of that moment, so a later no takes it back and an earlier one does not, whichever file comes later', async () => {
    const crm = ['user_id,email,accepts_marketing_at', 'ann,ann@x.org,2026-03-01', 'bo,bo@x.org,2026-01-05', 'cid,cid@x.org,yes', 'dan,dan@x.org,no', 'eve,eve@x.org,']; // prettier-ignore
    expect(await add('crm', crm)).toMatchObject({ consentEmail: 'accepts_marketing_at' });
    // Midnight in the plan's zone; a plain yes has no time.
    expect(await agreed()).toEqual([
      ['ann', '2026-02-28T16:00:00.000Z'],
      ['bo', '2026-01-04T16:00:00.000Z'],
      ['cid', null],
    ]);
    const tool = ['user_id,email_consent,email_consent_at', 'ann,no,2026-02-01', 'bo,no,2026-02-01'];
    expect(await add('tool', tool)).toMatchObject({ consentEmail: 'email_consent', consentEmailAt: 'email_consent_at' });
    expect((await agreed()).map(([id]) => id)).toEqual(['ann', 'cid']);
  });

  it('beside a column that says yes or no is when that was said', async () => {
    const roles = await add('shop', ['user_id,accepts_marketing,accepts_marketing_at', 'ann,no,2026-04-01', 'fay,yes,2026-04-02']);
    expect(roles).toMatchObject({ consentEmail: 'accepts_marketing', consentEmailAt: 'accepts_marketing_at' });
    expect(await agreed()).toEqual([
      ['cid', null],
      ['fay', '2026-04-01T16:00:00.000Z'],
    ]);
  });
});
