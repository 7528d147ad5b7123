import { describe, expect, test } from '@jest/globals';
import { anonymousViewer, systemViewer } from '#kit/viewer/viewer.ts';
import { createReplayGuard, signCall, SignatureError, verifyCall, type SignatureFault } from './signature.ts';

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
    ['with a fifth part', { header: `${signCall(call)}.x` }, 'MALFORMED'],
    ['with a time that is not a number', { header: 'v1.1e3.e30.AAAA' }, 'MALFORMED'],
    ['signed with another secret', { header: signCall({ ...call, secret: 'somebody else' }) }, 'WRONG'],
    ['signed for another service', { header: signCall({ ...call, target: 'member/graphql' }) }, 'WRONG'],
    ['signed for another path', { header: signCall({ ...call, target: 'order/events' }) }, 'WRONG'],
    ['signed for another body', { body: '{"query":"{everything}"}' }, 'WRONG'],
    ['a minute old', { now: new Date(now.getTime() + 60_001) }, 'STALE'],
    ['a minute early', { now: new Date(now.getTime() - 60_001) }, 'STALE'],
  ])('is refused %s', (_, change, fault) => {
    expect(faultOf(() => verifyCall({ ...check, header: signCall(call), ...change }))).toBe(fault);
  });

  test('is refused when its viewer was exchanged', () => {
    const [version, time, , signature] = signCall(call).split('.');
    const forged = Buffer.from(JSON.stringify({ viewer: systemViewer('x'), requestId: 'req_1', nonce: 'n' }));
    const header = [version, time, forged.toString('base64url'), signature].join('.');
    expect(faultOf(() => verifyCall({ ...check, header }))).toBe('WRONG');
  });

  test('is refused the second time, also with its signature spelt differently', () => {
    const replays = createReplayGuard();
    const header = signCall(call);
    verifyCall({ ...check, header, replays });
    expect(faultOf(() => verifyCall({ ...check, header, replays }))).toBe('REPLAYED');
    expect(faultOf(() => verifyCall({ ...check, header: `${header}=`, replays }))).toBe('REPLAYED');
  });
});

describe('the replay guard', () => {
  test('remembers a signature for as long as it would be accepted', () => {
    const replays = createReplayGuard();
    const times = [0, 59_999, 119_999].map((ms) => new Date(now.getTime() + ms));
    expect(times.map((time) => replays.firstUse('s', time))).toEqual([true, false, false]);
  });

  test('forgets it afterwards, so that its memory stays bounded', () => {
    const replays = createReplayGuard();
    replays.firstUse('s', now);
    expect(replays.firstUse('s', new Date(now.getTime() + 240_000))).toBe(true);
  });
});
