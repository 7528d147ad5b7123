import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import {
  guestViewer,
  memberViewer,
  staffViewer,
  startPromotionApp,
  type PromotionApp,
} from '../testing/promotion-app.ts';
import { aTemplate, june, yuan } from '../testing/offers.ts';
import { createCouponTemplateStore } from './store/coupon-templates.ts';
import { createCouponStore } from './store/coupons.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
let app: PromotionApp;
/** A second process on the same database: limits hold between processes, too. */
let twin: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
  twin = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
});
afterAll(async () => {
  await app?.subgraph.stop();
  await twin?.subgraph.stop();
});

async function claim(templateId: string, viewer = memberViewer('mbr_1'), by = app) {
  const { data, errors } = await by.ask(
    `mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) {
      coupon { id status validFrom expiresAt template { id title } order { id } }
      userErrors { __typename code message path ... on ClaimLimitReachedError { limitPerMember } ... on InvalidStateError { state } }
    } }`,
    { input: { templateId } },
    viewer,
  );
  return data?.claimCoupon ?? errors;
}

const codesOf = (payloads: { userErrors: { code: string }[] }[]) =>
  payloads.flatMap((payload) => payload.userErrors.map((error) => error.code));

describe('claiming a coupon', () => {
  test('gives the member one that is valid as long as its template', async () => {
    const templateId = await aTemplate(app, { titleEn: 'Five off' });
    expect(await claim(templateId)).toEqual({
      coupon: {
        id: expect.stringMatching(/^cpn_/),
        status: 'CLAIMED',
        validFrom: june.startsAt,
        expiresAt: june.endsAt,
        template: { id: templateId, title: 'Five off' },
        order: null,
      },
      userErrors: [],
    });
  });

  test('gives one that is valid for the days that the template says', async () => {
    const { coupon } = await claim(await aTemplate(app, { validDays: 7 }));
    expect(coupon.expiresAt).toBe('2026-06-25T04:00:00.000Z');
  });

  test('is refused a second time where one member may have one', async () => {
    const templateId = await aTemplate(app);
    await claim(templateId);
    expect(await claim(templateId)).toEqual({
      coupon: null,
      userErrors: [
        {
          __typename: 'ClaimLimitReachedError',
          code: 'CLAIM_LIMIT_REACHED',
          message: 'You have claimed all 1 of these coupons that one member may have.',
          path: ['templateId'],
          limitPerMember: 1,
        },
      ],
    });
  });

  test.each([
    ['COUPON_NOT_FOUND', { scope: { channels: ['app'] } }],
    ['COUPON_NOT_FOUND', { scope: { tierLevels: [3] } }],
    ['INVALID_STATE', { startsAt: '2026-06-18T04:00:00.001Z' }],
  ])('is refused with %s for a template that is not for now or for them', async (code, more) => {
    expect(codesOf([await claim(await aTemplate(app, more))])).toEqual([code]);
  });

  test('is refused for an unknown template, with the same words as for one of another channel', async () => {
    const unknown = await claim('cpt_01JD9YB3QJ8H1V6Z3S4T5W6X7Y');
    const foreign = await claim(await aTemplate(app, { scope: { channels: ['app'] } }));
    expect(unknown).toEqual(foreign);
  });

  test('is refused when the time is over', async () => {
    const templateId = await aTemplate(app, { endsAt: '2026-06-18T05:00:00.000Z' });
    app.clock.set('2026-06-18T05:00:00.000Z');
    expect(codesOf([await claim(templateId)])).toEqual(['COUPON_EXPIRED']);
    app.clock.set(noon);
  });

  test('needs a member', async () => {
    const templateId = await aTemplate(app);
    for (const viewer of [guestViewer, staffViewer]) {
      expect((await claim(templateId, viewer))[0].extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  test('gives away exactly 10 of 10 when 100 members claim at once', async () => {
    const templateId = await aTemplate(app, { totalLimit: 10 });
    const payloads = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        claim(templateId, memberViewer(`mbr_${index}`), index % 2 === 0 ? app : twin),
      ),
    );
    expect(payloads.filter((payload) => payload.coupon !== null)).toHaveLength(10);
    expect(codesOf(payloads)).toEqual(Array.from({ length: 90 }, () => 'COUPON_USED_UP'));
    expect(await db.connection.collection('coupons').countDocuments({ templateId })).toBe(10);
    expect(
      await db.connection.collection<{ _id: string }>('couponTemplates').findOne({ _id: templateId }),
    ).toMatchObject({ claimsLeft: 0 });
  });

  test('gives one member exactly 2 of 2 when they claim 20 times at once', async () => {
    const templateId = await aTemplate(app, { perMemberLimit: 2, totalLimit: 50 });
    const payloads = await Promise.all(
      Array.from({ length: 20 }, (_, index) => claim(templateId, memberViewer('mbr_1'), index % 2 === 0 ? app : twin)),
    );
    expect(payloads.filter((payload) => payload.coupon !== null)).toHaveLength(2);
    expect(
      await db.connection.collection<{ _id: string }>('couponTemplates').findOne({ _id: templateId }),
    ).toMatchObject({ claimsLeft: 48 });
  });
});

describe("a member's coupons", () => {
  const query = `query ($representations: [_Any!]!, $first: Int!, $after: String, $status: CouponStatus) {
    _entities(representations: $representations) { ... on Member { coupons(first: $first, after: $after, status: $status) {
      totalCount nodes { id status } pageInfo { hasNextPage endCursor }
    } } }
  }`;
  const couponsOf = async (memberId: string, viewer = memberViewer(memberId), more: Record<string, unknown> = {}) => {
    const representations = [{ __typename: 'Member', id: memberId }];
    const { data } = await app.ask(query, { representations, first: 20, ...more }, viewer);
    return data._entities[0].coupons;
  };

  test('are listed the latest first, page by page, by what they are now', async () => {
    const viewer = memberViewer('mbr_lister');
    const ids: string[] = [];
    for (const more of [{}, { validDays: 1 }, {}])
      ids.unshift((await claim(await aTemplate(app, more), viewer)).coupon.id);
    const first = await couponsOf('mbr_lister', viewer, { first: 2 });
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ id: ids[0] }, { id: ids[1] }],
      pageInfo: { hasNextPage: true },
    });
    const rest = await couponsOf('mbr_lister', viewer, { first: 2, after: first.pageInfo.endCursor });
    expect(rest.nodes).toEqual([{ id: ids[2], status: 'CLAIMED' }]);

    app.clock.set('2026-06-20T00:00:00.000Z');
    expect(await couponsOf('mbr_lister', viewer, { status: 'EXPIRED' })).toMatchObject({
      totalCount: 1,
      nodes: [{ id: ids[1], status: 'EXPIRED' }],
    });
    expect(await couponsOf('mbr_lister', viewer, { status: 'CLAIMED' })).toMatchObject({ totalCount: 2 });
    await app.subgraph.start();
    await app.subgraph.runJob('expire-coupons');
    expect(await couponsOf('mbr_lister', viewer, { status: 'EXPIRED' })).toMatchObject({
      totalCount: 1,
      nodes: [{ id: ids[1], status: 'EXPIRED' }],
    });
    app.clock.set(noon);
  });

  test('are nobody else’s business', async () => {
    expect(await couponsOf('mbr_lister', memberViewer('mbr_2'))).toBeNull();
    expect(await couponsOf('mbr_lister', guestViewer)).toBeNull();
    expect(await couponsOf('mbr_lister', { ...staffViewer, scopes: ['member:read'] })).toMatchObject({ totalCount: 3 });
  });

  test('are not reached by reference by anybody else', async () => {
    const { coupon } = await claim(await aTemplate(app));
    const byReference = async (viewer: typeof guestViewer) => {
      const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Coupon { id } } }';
      const { data } = await app.ask(entities, { r: [{ __typename: 'Coupon', id: coupon.id }] }, viewer);
      return data._entities;
    };
    expect(await byReference(memberViewer('mbr_1'))).toEqual([{ id: coupon.id }]);
    expect(await byReference(memberViewer('mbr_2'))).toEqual([null]);
  });

  test('can be withdrawn by staff while they are free', async () => {
    const { coupon } = await claim(await aTemplate(app));
    const withdraw = async (couponId: string) => {
      const mutation =
        'mutation ($input: VoidCouponInput!) { voidCoupon(input: $input) { coupon { status } userErrors { code } } }';
      return (await app.ask(mutation, { input: { couponId } }, staffViewer)).data.voidCoupon;
    };
    expect(await withdraw(coupon.id)).toEqual({ coupon: { status: 'VOID' }, userErrors: [] });
    expect(await withdraw(coupon.id)).toEqual({ coupon: { status: 'VOID' }, userErrors: [] });
    expect(await withdraw('cpn_unknown')).toEqual({ coupon: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });
});

describe('coupon templates', () => {
  const create = async (input: Record<string, unknown>) => {
    const mutation = `mutation ($input: CreateCouponTemplateInput!) {
      createCouponTemplate(input: $input) { template { id code totalLimit perMemberLimit } userErrors { __typename code path } }
    }`;
    return (await app.ask(mutation, { input: { title: '券', ...june, ...input } }, staffViewer)).data
      .createCouponTemplate;
  };

  test('keep their code in one writing, and for themselves', async () => {
    const { template } = await create({ code: ' june-18 ', amountOff: yuan('5'), totalLimit: 3 });
    expect(template).toMatchObject({ code: 'JUNE-18', totalLimit: 3, perMemberLimit: 1 });
    expect(await create({ code: 'June-18', amountOff: yuan('5') })).toEqual({
      template: null,
      userErrors: [{ __typename: 'CouponCodeTakenError', code: 'COUPON_CODE_TAKEN', path: ['code'] }],
    });
  });

  test.each([
    ['neither amount nor percent', {}, 'INVALID_INPUT', ['amountOff']],
    ['both amount and percent', { amountOff: yuan('5'), percentOff: '5' }, 'INVALID_INPUT', ['amountOff']],
    ['a percentage of 0', { percentOff: '0' }, 'INVALID_INPUT', ['percentOff']],
    ['a percentage over 100', { percentOff: '100.01' }, 'INVALID_INPUT', ['percentOff']],
    ['an amount over the threshold', { amountOff: yuan('5'), threshold: yuan('4.99') }, 'INVALID_INPUT', ['amountOff']],
    ['a fraction of a fen', { amountOff: yuan('5.001') }, 'INVALID_INPUT', ['amountOff', 'amount']],
    ['dollars', { amountOff: { amount: '5', currency: 'USD' } }, 'CURRENCY_MISMATCH', ['amountOff', 'currency']],
    ['a limit of 0', { amountOff: yuan('5'), totalLimit: 0 }, 'INVALID_INPUT', ['totalLimit']],
    ['an end before the start', { amountOff: yuan('5'), endsAt: june.startsAt }, 'INVALID_INPUT', ['endsAt']],
    ['an end in the past', { amountOff: yuan('5'), endsAt: noon }, 'INVALID_INPUT', ['endsAt']],
    [
      'an unknown channel',
      { amountOff: yuan('5'), scope: { channels: ['radio'] } },
      'INVALID_INPUT',
      ['scope', 'channels', '0'],
    ],
    ['a title of spaces', { amountOff: yuan('5'), title: '  ' }, 'INVALID_INPUT', ['title']],
    ['a code with a space', { amountOff: yuan('5'), code: 'A B C' }, 'INVALID_INPUT', ['code']],
  ])('are refused with %s', async (_, input, code, path) => {
    const payload = await create(input);
    expect(payload.template).toBeNull();
    expect(payload.userErrors).toEqual([expect.objectContaining({ code, path })]);
  });

  test('are listed for whom they are, without those given out by code', async () => {
    const list = async (viewer: typeof guestViewer) => {
      const { data } = await app.ask('{ couponTemplates(first: 100) { totalCount nodes { id } } }', {}, viewer);
      return data.couponTemplates.nodes.map((node: { id: string }) => node.id);
    };
    const open = await aTemplate(app);
    const tierOne = await aTemplate(app, { scope: { tierLevels: [1] } });
    const hidden = [
      await aTemplate(app, { code: 'SECRET' }),
      await aTemplate(app, { scope: { channels: ['app'] } }),
      await aTemplate(app, { startsAt: '2026-06-19T00:00:00.000Z' }),
    ];
    const member = await list(memberViewer('mbr_1'));
    expect(member).toEqual(expect.arrayContaining([open, tierOne]));
    expect(await list(guestViewer)).toContain(open);
    expect(await list(guestViewer)).not.toContain(tierOne);
    for (const id of hidden) expect(member).not.toContain(id);
  });
});

describe('queries', () => {
  test('of coupons and templates use an index for the filter and for the order', async () => {
    const coupons = createCouponStore(db.connection);
    const templates = createCouponTemplateStore(db.connection);
    const page = { first: 20, after: null };
    const at = new Date(noon);
    const plans = [
      coupons.listQuery('mbr_1', null, page, at),
      coupons.listQuery('mbr_1', 'CLAIMED', page, at),
      coupons.listQuery('mbr_1', 'EXPIRED', page, at),
      coupons.listQuery('mbr_1', null, { first: 20, after: ['cpn_1'] }, at),
      templates.claimableQuery({ channel: 'web', tierLevel: 1 }, page, at),
      templates.claimableQuery({ channel: 'web', tierLevel: null }, { first: 20, after: [at, 'cpt_1'] }, at),
    ];
    const found = await Promise.all(plans.map((plan) => explainOf(plan)));
    expect(found.map((plan) => plan.collectionScan || plan.inMemorySort || plan.indexUsed)).toEqual([
      'memberId_1__id_-1',
      'memberId_1__id_-1',
      'memberId_1__id_-1',
      'memberId_1__id_-1',
      'endsAt_1__id_1',
      'endsAt_1__id_1',
    ]);
  });
});
