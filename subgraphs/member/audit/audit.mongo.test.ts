import { describe, expect, test } from '@jest/globals';
import { asMember, asStaff, guest, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld();
const admin = asStaff(['staff:write', 'audit:read']);
const createStaff = `mutation ($input: CreateStaffInput!) { createStaff(input: $input) { staff { id } userErrors { code } } }`;
const auditLog = `query ($first: Int! = 20, $after: String, $filter: AuditFilter) {
  auditLog(stream: MEMBER, first: $first, after: $after, filter: $filter) {
    nodes { actorKind actorId channel action outcome reasons subjects facts place hash at }
    pageInfo { hasNextPage endCursor }
  } }`;
const input = (email: string) => ({ email, password: 'correct horse', displayName: '王芳', roles: ['WAREHOUSE'] });
const read = async (variables: object = {}) => (await world.ask(auditLog, { ...variables }, admin)).auditLog;
const seal = () => world.subgraph.runJob('seal-audit-entries');

describe('the audit log', () => {
  test('says who added whom, and neither their name, nor their address, nor their password', async () => {
    const { createStaff: created } = await world.ask(createStaff, { input: input('wang@example.com') }, admin);
    await seal();
    const { nodes } = await read({ filter: { action: 'createStaff' } });
    expect(nodes).toEqual([
      {
        actorKind: 'STAFF',
        actorId: 'stf_test',
        channel: 'web',
        action: 'createStaff',
        outcome: 'DONE',
        reasons: [],
        subjects: [created.staff.id],
        facts: { input: { roles: ['WAREHOUSE'] } },
        place: 1,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        at: expect.any(String),
      },
    ]);
    expect(JSON.stringify(await world.rows('auditEntries'))).not.toMatch(/wang@|王芳|correct horse/);
  });

  test('says what was refused, and why', async () => {
    await world.ask(createStaff, { input: input('wang@example.com') }, admin);
    const [latest] = (await read({ first: 1 })).nodes;
    expect(latest).toMatchObject({ action: 'createStaff', outcome: 'REFUSED', reasons: ['IDENTITY_TAKEN'] });
  });

  test('is read page by page, the newest first, of one actor, of one thing, of a time', async () => {
    const first = await read({ first: 1 });
    const second = await read({ first: 1, after: first.pageInfo.endCursor });
    expect([first.nodes[0].outcome, second.nodes[0].outcome]).toEqual(['REFUSED', 'DONE']);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);

    const [subject] = second.nodes[0].subjects;
    expect((await read({ filter: { subject } })).nodes).toHaveLength(1);
    expect((await read({ filter: { actorId: 'stf_test' } })).nodes).toHaveLength(2);
    expect((await read({ filter: { actorId: 'stf_other' } })).nodes).toEqual([]);
    expect((await read({ filter: { to: second.nodes[0].at } })).nodes).toEqual([]);
    expect((await read({ filter: { from: second.nodes[0].at } })).nodes).toHaveLength(2);
  });

  test('refuses a cursor of another list', async () => {
    expect(await world.codes(auditLog, { after: 'WyJvcmRfMSJd' }, admin)).toEqual(['BAD_USER_INPUT']);
  });

  test.each([
    ['nobody', guest, 'UNAUTHENTICATED'],
    ['a member', asMember('mbr_1'), 'FORBIDDEN'],
    ['staff without the scope', asStaff(['staff:write', 'order:write']), 'FORBIDDEN'],
  ])('is not shown to %s', async (_, viewer, code) => {
    expect(await world.codes(auditLog, {}, viewer)).toEqual([code]);
  });

  test('is shown to an analyst', async () => {
    expect(await world.codes(auditLog, {}, asStaff(['audit:read'], 'ANALYST'))).toEqual([]);
  });
});
