import { describe, expect, it } from 'vitest';
import { resolveOptions } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { checkRoom } from '$lib/core/recommenders/room';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { roomInBytes } from '$lib/work/recommenderEstimate';

const large = { users: 100_000, items: 20_000, pairs: 2_000_000 };
const roomFor = (id: string, room: number, size = large) => {
  const recommender = findRecommender(id);
  return checkRoom(recommender, resolveOptions(id, recommender.options, {}, size), size, room);
};

describe('room for a training', () => {
  it('EASE of 20,000 items: not in a tab, where SLIM has room, but on the command line', () => {
    expect(roomFor('ease', roomInBytes.browser)).toMatchObject({ fits: false, lighter: 'slim' });
    expect(roomFor('slim', roomInBytes.browser).fits).toBe(true);
    expect(roomFor('ease', roomInBytes.node).fits).toBe(true);
    expect(roomFor('ease', roomInBytes.browser, { ...large, items: 13_000 }).fits).toBe(true);
  });

  it('is asked for before anything is computed, and the refusal says how much and what instead', async () => {
    const untouched = new Proxy({} as never, { get: (_, name) => expect.unreachable(`asked for ${String(name)}`) });
    const request = {
      recommender: findRecommender('ease'),
      given: {},
      data: { pairs: matrixFromPairs(2, 20_000, [0, 1], [3, 19_999]) },
      seed: 1,
    };
    const compute = { kernels: untouched, tensors: untouched, room: roomInBytes.browser };
    await expect(trainRecommender(request, compute, quietContext())).rejects.toMatchObject({
      code: 'recommender_too_large_lighter',
      values: { id: 'ease', items: 20_000, megabytes: 3201, limit: 1500, lighter: 'slim' },
    });
  });

  it('where fewer factors fit, says how many', () => {
    const wide = { users: 3_000_000, items: 200_000, pairs: 20_000_000 };
    const { fits, fittingFactors } = roomFor('ials', roomInBytes.browser, wide);
    expect(fits).toBe(false);
    expect(fittingFactors).toBe(32);
    const recommender = findRecommender('ials');
    expect(checkRoom(recommender, resolveOptions('ials', recommender.options, { factors: 32 }, wide), wide, roomInBytes.browser).fits).toBe(
      true,
    );
  });
});
