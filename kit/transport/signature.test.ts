import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { anonymousViewer, systemViewer } from '#kit/viewer/viewer.ts';
import { createReplayGuard, macOf, signCall, SignatureError, verifyCall, type SignatureFault } from './signature.ts';

const secret = 'a secret of the services, long enough';
const now = new Date('2026-11-22T08:00:00Z');
const viewer = { ...anonymousViewer({ channel: 'app', locale: 'en' }), kind: 'MEMBER' as const, id: 'mbr_1' };
const call = { secret, target: 'order/graphql', viewer, requestId: 'req_1', body: '{"query":"{me}"}', now };
const check = { secrets: [secret], target: call.target, body: call.body, now };

function faultOf(work: () => unknown): SignatureFault | 'none' {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof SignatureError) return error.fault;
    throw error;
  }
}

describe('a signed call', () => {
  test('tells the receiver for whom and for which request it is made', () => {
    expect(verifyCall({ ...check, header: signCall(call) })).toEqual({ viewer, requestId: 'req_1' });
  });

  test('tells where the client’s request came from, if the gateway saw that', () => {
    const header = signCall({ ...call, clientAddress: '203.0.113.7' });
    expect(verifyCall({ ...check, header })).toEqual({ viewer, requestId: 'req_1', clientAddress: '203.0.113.7' });
  });

  test('is accepted under either of two secrets, while one replaces the other', () => {
    const header = signCall(call);
    expect(verifyCall({ ...check, secrets: ['the new secret of the services', secret], header }).viewer).toEqual(
      viewer,
    );
  });

  test.each<[string, Partial<typeof check> & { header?: string }, SignatureFault]>([
    ['without a header', { header: undefined }, 'MISSING'],
    ['with rubbish for a header', { header: 'Bearer x' }, 'MALFORMED'],
    ['with a part too many', { header: `${signCall(call)}|x` }, 'MALFORMED'],
    ['with a part too few', { header: signCall(call).slice(0, signCall(call).lastIndexOf('|')) }, 'MALFORMED'],
    ['with a time that is not a number', { header: 'v2|1e3|s|1|r||e30|AAAA' }, 'MALFORMED'],
    ['with a number of the call that is none', { header: 'v2|1000|s|-1|r||e30|AAAA' }, 'MALFORMED'],
    ['in the form of an earlier version', { header: signCall(call).replace('v2', 'v1') }, 'MALFORMED'],
    ['without a signature at its end', { header: signCall(call).replace(/[^|]+$/, '') }, 'WRONG'],
    [
      'with letters in its signature that take two bytes',
      { header: signCall(call).replace(/.{5}$/, 'ééééé') },
      'WRONG',
    ],
    ['signed with another secret', { header: signCall({ ...call, secret: 'somebody else' }) }, 'WRONG'],
    ['signed for another service', { header: signCall({ ...call, target: 'member/graphql' }) }, 'WRONG'],
    ['signed for another path', { header: signCall({ ...call, target: 'order/events' }) }, 'WRONG'],
    ['signed for another body', { body: '{"query":"{everything}"}' }, 'WRONG'],
    ['a minute old', { now: new Date(now.getTime() + 60_001) }, 'STALE'],
    ['a minute early', { now: new Date(now.getTime() - 60_001) }, 'STALE'],
  ])('is refused %s', (_, change, fault) => {
    expect(faultOf(() => verifyCall({ ...check, header: signCall(call), ...change }))).toBe(fault);
  });

  test.each<[string, number, string]>([
    ['its time', 1, String(now.getTime() + 1)],
    ['its sender', 2, 'another'],
    ['its number', 3, '999999'],
    ['its request', 4, 'req_2'],
    ['the address', 5, '198.51.100.1'],
    ['its viewer', 6, Buffer.from(JSON.stringify(systemViewer('x'))).toString('base64url')],
  ])('is refused when %s was exchanged', (_, index, forged) => {
    const parts = signCall({ ...call, clientAddress: '203.0.113.7' }).split('|');
    parts[index] = forged;
    expect(faultOf(() => verifyCall({ ...check, header: parts.join('|') }))).toBe('WRONG');
  });

  test('is refused for a viewer that is known from another call and was signed for nobody here', () => {
    verifyCall({ ...check, header: signCall(call) });
    const [known] = [signCall(call).split('|')[6] ?? ''];
    const parts = signCall({ ...call, viewer: anonymousViewer({ channel: 'app', locale: 'en' }) }).split('|');
    parts[6] = known;
    expect(faultOf(() => verifyCall({ ...check, header: parts.join('|') }))).toBe('WRONG');
  });

  test('can move nothing from its target into its body', () => {
    const header = signCall({ ...call, target: 'order/internal/x', body: 'y' });
    expect(faultOf(() => verifyCall({ ...check, target: 'order/internal/', body: 'xy', header }))).toBe('WRONG');
  });

  test('brings any request id and any address as they are', () => {
    const facts = { requestId: 'evt|1 你\n', clientAddress: 'fe80::1%eth0' };
    expect(verifyCall({ ...check, header: signCall({ ...call, ...facts }) })).toEqual({ viewer, ...facts });
  });

  test('brings a viewer that nobody can change for whoever calls next', () => {
    const { viewer: first } = verifyCall({ ...check, header: signCall(call) });
    expect(() => Object.assign(first, { id: 'mbr_2' })).toThrow(TypeError);
    expect(() => Array.prototype.push.call(first.scopes, 'stock:write')).toThrow(TypeError);
    expect(verifyCall({ ...check, header: signCall(call) }).viewer).toEqual(viewer);
  });

  test('is refused the second time, also with its signature spelt differently', () => {
    const replays = createReplayGuard();
    const header = signCall(call);
    verifyCall({ ...check, header, replays });
    expect(faultOf(() => verifyCall({ ...check, header, replays }))).toBe('REPLAYED');
    expect(faultOf(() => verifyCall({ ...check, header: `${header}=`, replays }))).toBe('WRONG');
  });

  test('that was refused does not use its number up', () => {
    const replays = createReplayGuard();
    const header = signCall(call);
    expect(faultOf(() => verifyCall({ ...check, header, replays, body: 'another' }))).toBe('WRONG');
    expect(faultOf(() => verifyCall({ ...check, header, replays }))).toBe('none');
  });

  test.each(['{"a":"你好"}', '', 'x'.repeat(100_000)])('bears the HMAC-SHA256 that others would reckon', (body) => {
    const key = createHash('sha256').update(secret).digest('hex');
    const right = createHmac('sha256', key).update(`head\norder/graphql\n${body}`).digest('base64url');
    expect(macOf(secret, 'head', 'order/graphql', body)).toBe(right);
  });
});

describe('the replay guard', () => {
  test('remembers a signature for as long as it would be accepted', () => {
    const replays = createReplayGuard();
    const times = [0, 59_999, 119_999].map((ms) => new Date(now.getTime() + ms));
    expect(times.map((time) => replays.firstUse('s', 7, time))).toEqual([true, false, false]);
  });

  test('forgets it afterwards, so that its memory stays bounded', () => {
    const replays = createReplayGuard();
    replays.firstUse('s', 7, now);
    expect(replays.firstUse('s', 7, new Date(now.getTime() + 240_000))).toBe(true);
  });

  test('tells the calls of one sender apart, and senders that count alike', () => {
    const replays = createReplayGuard();
    const uses = (['s 1', 's 2', 't 1', 's 1', 't 1'] as const).map((use) => use.split(' '));
    expect(uses.map(([sender = '', count]) => replays.firstUse(sender, Number(count), now))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
