import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createFetchMerger } from './merge-fetches.ts';
import type { EntityFetch, FetchAnswer } from './merged-query.ts';

const promotions: EntityFetch = {
  query:
    'query A($representations:[_Any!]!){_entities(representations:$representations){...on Product{promotions{...P}}}} fragment P on Promotion{id}',
  variables: { representations: [{ __typename: 'Product', id: 'prd_1' }] },
};
const offers: EntityFetch = {
  query:
    'query B($representations:[_Any!]!$n:Int){_entities(representations:$representations){...on Sku{bestOffer(n:$n){...P}}}} fragment P on Offer{id}',
  variables: { representations: [{ __typename: 'Sku', id: 'sku_1' }], n: 3 },
};

/** A subgraph that remembers what it was asked and gives the prepared answers. */
function subgraph(...answers: (FetchAnswer | Error)[]) {
  const asked: EntityFetch[] = [];
  return {
    asked,
    async send(fetch: EntityFetch): Promise<FetchAnswer> {
      asked.push(fetch);
      const answer = answers.shift() ?? { data: {} };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

describe('entity fetches of one request', () => {
  test('at the same moment travel as one call, and each gets its own part of the answer', async () => {
    const merged = createFetchMerger();
    const request = {};
    const { send, asked } = subgraph({
      data: { _entities: [{ promotions: [] }], _entities_1: [null] },
      errors: [{ message: 'no offer', path: ['_entities_1', 0, 'bestOffer'] }],
    });

    const answers = await Promise.all([merged(request, promotions, send), merged(request, offers, send)]);

    expect(answers).toEqual([
      { data: { _entities: [{ promotions: [] }] } },
      { data: { _entities: [null] }, errors: [{ message: 'no offer', path: ['_entities', 0, 'bestOffer'] }] },
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.variables).toEqual({
      representations: [{ __typename: 'Product', id: 'prd_1' }],
      representations_1: [{ __typename: 'Sku', id: 'sku_1' }],
      n_1: 3,
    });
    const text = (asked[0]?.query ?? '').replaceAll(/\s+/g, ' ');
    expect(() => parse(text)).not.toThrow();
    expect(text).toContain('_entities(representations: $representations) { ... on Product { promotions { ...P } }');
    expect(text).toContain('_entities_1: _entities(representations: $representations_1)');
    expect(text).toContain('bestOffer(n: $n_1) { ...P_1 }');
    expect(text).toContain('fragment P on Promotion { id }');
    expect(text).toContain('fragment P_1 on Offer { id }');
  });

  test('of which there is only one travels as it is', async () => {
    const { send, asked } = subgraph({ data: { _entities: [] } });
    expect(await createFetchMerger()({}, offers, send)).toEqual({ data: { _entities: [] } });
    expect(asked).toEqual([offers]);
  });

  test('one after another travel one after another', async () => {
    const merged = createFetchMerger();
    const request = {};
    const { send, asked } = subgraph();
    await merged(request, promotions, send);
    await merged(request, offers, send);
    expect(asked).toHaveLength(2);
  });

  test('are never joined with those of another request', async () => {
    const merged = createFetchMerger();
    const { send, asked } = subgraph();
    await Promise.all([merged({}, promotions, send), merged({}, promotions, send)]);
    expect(asked).toHaveLength(2);
  });

  test('all learn of an error that names no place, and of a call that failed', async () => {
    const merged = createFetchMerger();
    const { send } = subgraph({ data: null, errors: [{ message: 'away' }] }, new Error('broken'));
    const request = {};
    const away = { data: null, errors: [{ message: 'away' }] };
    expect(await Promise.all([merged(request, promotions, send), merged(request, offers, send)])).toEqual([away, away]);
    const broken = [merged(request, promotions, send), merged(request, offers, send)];
    for (const each of await Promise.allSettled(broken)) expect(each.status).toBe('rejected');
  });
});
