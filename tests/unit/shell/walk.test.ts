import { describe, expect, it } from 'vitest';
import { written } from '../../../scripts/plurals.mjs';
import { stepOf } from '../../../src/lib/ui/table/walk';

const key = (name: string, held: Partial<Record<'altKey' | 'shiftKey' | 'ctrlKey' | 'metaKey', boolean>> = {}) => ({
  key: name,
  altKey: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  ...held,
});
const grid = { rows: 500, columns: 4, page: 10 };

describe('the keyboard in a table', () => {
  it('walks, and stays inside', () => {
    expect(stepOf(key('ArrowDown'), { row: -1, column: 2 }, grid)).toEqual({ does: 'go', to: { row: 0, column: 2 }, extends: false });
    expect(stepOf(key('ArrowUp'), { row: -1, column: 2 }, grid)).toMatchObject({ to: { row: -1, column: 2 } });
    expect(stepOf(key('ArrowRight'), { row: 3, column: 3 }, grid)).toMatchObject({ to: { row: 3, column: 3 } });
    expect(stepOf(key('PageDown'), { row: 495, column: 0 }, grid)).toMatchObject({ to: { row: 499, column: 0 } });
    expect(stepOf(key('PageUp'), { row: 4, column: 0 }, grid)).toMatchObject({ to: { row: 0, column: 0 } });
    expect(stepOf(key('End', { ctrlKey: true }), { row: 4, column: 0 }, grid)).toMatchObject({ to: { row: 499, column: 3 } });
  });

  it('marks rows with Shift, copies, opens, and makes columns wider', () => {
    expect(stepOf(key('ArrowDown', { shiftKey: true }), { row: 4, column: 0 }, grid)).toMatchObject({ does: 'go', extends: true });
    expect(stepOf(key('c', { metaKey: true }), { row: 4, column: 0 }, grid)).toEqual({ does: 'copy' });
    expect(stepOf(key(' '), { row: 4, column: 0 }, grid)).toEqual({ does: 'open' });
    expect(stepOf(key('ArrowLeft', { altKey: true }), { row: -1, column: 1 }, grid)).toEqual({ does: 'resize', by: -16 });
    expect(stepOf(key('x'), { row: 4, column: 0 }, grid)).toBeNull();
  });

  it('chooses rows where they can be chosen', () => {
    const chooses = { ...grid, chooses: true };
    expect(stepOf(key(' '), { row: 4, column: 0 }, chooses)).toEqual({ does: 'choose', isRange: false });
    expect(stepOf(key(' ', { shiftKey: true }), { row: 4, column: 0 }, chooses)).toEqual({ does: 'choose', isRange: true });
    expect(stepOf(key(' '), { row: -1, column: 0 }, chooses)).toEqual({ does: 'open' });
    expect(stepOf(key('a', { ctrlKey: true }), { row: 4, column: 0 }, chooses)).toEqual({ does: 'chooseAll' });
    expect(stepOf(key('a', { ctrlKey: true }), { row: 4, column: 0 }, grid)).toBeNull();
  });
});

describe('one and many', () => {
  it('follow the number as it is written', () => {
    const text = '{users} {users:customer|customers} with {lists} {lists:list|lists}';
    expect(written(text, { users: '1', lists: 2 })).toBe('{users} customer with {lists} lists');
    expect(written(text, { users: '1,001', lists: '1' })).toBe('{users} customers with {lists} list');
  });
});
