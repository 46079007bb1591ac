import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Manifest } from '$lib/core/exports/types';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plan = `
muster: 2
name: Mail for Google
timeZone: Asia/Shanghai
currency: CNY
sources: [{ id: sample-shop, files: ["sample:shop"] }]
segments: [{ id: buyers, name: 下过单, rule: { all: [{ trait: orders, atLeast: 1 }, { trait: daysSinceLastOrder, atMost: 365 }] } }]
audiences: [{ id: mail, from: buyers, consent: email, top: { by: revenue, count: 2000 }, columns: [email, phone, country] }]
exports:
  - { audience: mail, destination: google-customer-match, options: { country: CN } }
  - { audience: mail, destination: csv }
`;

it('the sample shop’s buyers go to Google, hashed as another program hashes them', async () => {
  writeFileSync(join(folder, 'plan.yaml'), plan);
  const { code, stderr } = await muster(['run', 'plan.yaml', '--out', 'files'], folder);
  expect([code, stderr.includes('defect')]).toEqual([0, false]);
  const read = (name: string) => readFileSync(join(folder, 'files', name), 'utf8');
  const manifest = JSON.parse(read('manifest.json')) as Manifest;
  expect(manifest.audiences[0]).toMatchObject({ name: 'mail', segment: { id: 'buyers', name: '下过单' } });
  expect(manifest.audiences[0].conditions.map(({ path, removed }) => [path, (removed ?? 0) > 0])).toEqual([
    ['', false],
    ['all.0', true],
    ['all.1', true],
  ]);
  expect(manifest.exports[0].rules?.readOn).toBe('2026-11-24');

  const plain = read('mail.csv')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map((cell) => cell.replace(/^"|"$/g, '')));
  expect(plain).toHaveLength(2000);
  // Independent of ours: what Google's page says, for the addresses and numbers that this shop has.
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hashedEmail = (email: string) => {
    const [local, domain] = email.trim().toLowerCase().split('@');
    return sha256(domain === 'gmail.com' ? `${local.split('+')[0].split('.').join('')}@${domain}` : `${local}@${domain}`);
  };
  const hashedPhone = (phone: string) => sha256(phone.startsWith('+') ? phone.replace(/[^+\d]/g, '') : `+86${phone.replace(/\D/g, '')}`);
  const expected = plain
    .filter(([, email, phone]) => email !== '' || phone !== '')
    .map(([, email, phone]) => `${email ? hashedEmail(email) : ''},${phone ? hashedPhone(phone) : ''}`);
  const [header, ...rows] = read('mail-google-customer-match.csv').trimEnd().split('\n');
  expect(header).toBe('Email,Phone');
  expect(rows).toEqual(expected);
  expect(rows.filter((row) => row.length === 129).length).toBeGreaterThan(100);

  const leftOut = manifest.exports[0].rejects!.rows.nothing_to_match ?? 0;
  expect(rows.length + leftOut).toBe(2000);
  expect(readdirSync(join(folder, 'files')).includes('mail-google-customer-match-rejects.csv')).toBe(leftOut > 0);
}, 120_000);
