import { Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { afterEach, expect, it, vi } from 'vitest';
import { textColumn } from '../../../src/lib/core/store/textColumn';

afterEach(() => void vi.unstubAllGlobals());

it('writes texts as a column, nothing as nothing, without a function made from text', () => {
  const texts = ['C001', null, '', '钻石', 'née 😀', null, '0', '7', '8'];
  const refused = () => {
    throw new EvalError('no functions from text here');
  };
  vi.stubGlobal('Function', new Proxy(Function, { apply: refused, construct: refused }));
  expect(() => vectorFromArray(['C001', null], new Utf8())).toThrow(EvalError);
  const bytes = tableToIPC(new Table({ text: textColumn(texts) }), 'stream');
  vi.unstubAllGlobals();
  expect(tableFromIPC(bytes).getChild('text')!.toJSON()).toEqual(texts);
  expect(textColumn([])).toHaveLength(0);
});
