import { describe, expect, test } from '@jest/globals';
import { anonymousViewer, hasScope, memberIdOf, systemViewer, viewerSchema, type Viewer } from './viewer.ts';

const member: Viewer = {
  kind: 'MEMBER',
  id: 'mbr_1',
  roles: [],
  scopes: ['order:read'],
  channel: 'web',
  locale: 'en',
  sessionId: 'ses_1',
  tierLevel: 2,
};

describe('a viewer', () => {
  test('who has not signed in has no id, no scope and no tier', () => {
    const viewer = anonymousViewer({ channel: 'app', locale: 'en' });
    expect(viewer).toEqual({
      kind: 'ANONYMOUS',
      id: null,
      roles: [],
      scopes: [],
      channel: 'app',
      locale: 'en',
      sessionId: null,
      tierLevel: null,
    });
    expect(hasScope(viewer, 'order:read')).toBe(false);
  });

  test('has the scopes that were granted and no other', () => {
    expect(hasScope(member, 'order:read')).toBe(true);
    expect(hasScope(member, 'order:write')).toBe(false);
    expect(hasScope(member, 'order')).toBe(false);
  });

  test('that is one of our services has every scope', () => {
    expect(hasScope(systemViewer('order'), 'stock:write')).toBe(true);
    expect(systemViewer('order', { channel: 'app' })).toMatchObject({
      kind: 'SYSTEM',
      id: 'order',
      channel: 'app',
      locale: 'zh-CN',
    });
  });

  test('who is a member has a member id', () => {
    expect(memberIdOf(member)).toBe('mbr_1');
  });

  test.each([
    ['nobody', anonymousViewer({ channel: 'web', locale: 'en' })],
    ['a service', systemViewer('order')],
    ['staff', { ...member, kind: 'STAFF', id: 'stf_1' } as const],
    ['a member without an id', { ...member, id: null }],
  ])('who is %s has no member id: UNAUTHENTICATED', (_name, viewer) => {
    expect(() => memberIdOf(viewer)).toThrow(expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } }));
  });

  test('survives travelling as JSON', () => {
    for (const viewer of [member, systemViewer('order'), anonymousViewer({ channel: 'web', locale: 'zh-CN' })]) {
      expect(viewerSchema.parse(JSON.parse(JSON.stringify(viewer)))).toEqual(viewer);
    }
  });

  test.each([
    ['another kind', { ...member, kind: 'ADMIN' }],
    ['another locale', { ...member, locale: 'fr' }],
    ['an unknown property', { ...member, admin: true }],
    ['a missing property', { ...member, scopes: undefined }],
    ['a negative tier', { ...member, tierLevel: -1 }],
  ])('with %s is refused', (_name, viewer) => {
    expect(viewerSchema.safeParse(viewer).success).toBe(false);
  });
});
