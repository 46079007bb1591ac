import { describe, expect, it } from 'vitest';
import { csvFormat } from '$lib/core/exports/formats/csv';
import { machineStyle } from '$lib/core/exports/formats/csvStyle';
import { countList, listTable, type FinishedList } from '$lib/core/exports/listTable';
import { write } from './nasty';

/** Ann gets two, of which one is a bestseller; Bo has bought everything; Cy gets one. */
const picks: FinishedList = {
  size: 2,
  model: 'tastes',
  userIds: ['ann', 'bo', '0042'],
  itemIds: ['cup', 'oolong', 'teapot'],
  titles: ['Cup', '乌龙茶, 散装', null],
  items: Int32Array.of(1, 0, -1, -1, 2, -1),
  scores: Float32Array.of(0.8123456789, 7, -Infinity, -Infinity, 0.1, -Infinity),
  fromPopularity: Uint8Array.of(0, 1, 0, 0, 0, 0),
};

describe('listTable', () => {
  it('writes a row a recommendation and says where it comes from', async () => {
    expect(new TextDecoder().decode(await write(csvFormat(machineStyle), listTable(picks)))).toBe(
      'user,rank,item,score,model,title,source\n' +
        'ann,1,oolong,0.812346,tastes,"乌龙茶, 散装",model\n' +
        'ann,2,cup,7,tastes,Cup,popular\n' +
        '0042,1,teapot,0.1,tastes,,model\n',
    );
  });

  it('says on which day something is due, where the model knows', async () => {
    const due = Float64Array.of(20_524, NaN, NaN, NaN, NaN, NaN);
    const lines = new TextDecoder().decode(await write(csvFormat(machineStyle), listTable({ ...picks, due }))).split('\n');
    expect(lines[0]).toMatch(/,source,due$/);
    expect(lines[1]).toMatch(/,model,2026-03-12$/);
    expect(lines[2]).toMatch(/,popular,$/);
  });

  it('counts who is in it and whose list is short', () => {
    expect(countList(picks)).toEqual({ users: 2, rows: 3, shortLists: 2 });
  });
});
