import { z } from 'zod';
import { unauthenticated } from '#kit/graphql/errors.ts';

/** Every scope there is: `<area>:<what>`. Roles and API keys are granted a subset. */
export const scopes = [
  'catalog:write',
  'stock:write',
  'stock:read',
  'promotion:write',
  'fulfillment:write',
  'order:read',
  'order:write',
  'member:read',
  'member:write',
  'staff:write',
  'analytics:read',
  'audit:read',
  'partner:orders',
  'partner:catalog',
  'partner:tracking',
  'supplier:cost',
] as const;

/** The languages of titles and messages. */
export const locales = ['zh-CN', 'en'] as const;

export type Locale = (typeof locales)[number];

/** The shape in which a viewer travels, signed, between services. Unknown properties are refused; what was read can't be changed. */
export const viewerSchema = z
  .strictObject({
    kind: z.enum(['ANONYMOUS', 'MEMBER', 'STAFF', 'ANALYST', 'PARTNER', 'SYSTEM']),
    /** `mbr_…`, `stf_…`, `ptn_…`, the service's name for SYSTEM, null for ANONYMOUS. */
    id: z.string().min(1).nullable(),
    roles: z.array(z.string()).readonly(),
    scopes: z.array(z.string()).readonly(),
    /** The sales channel's code, e.g. `mini-program`. */
    channel: z.string().min(1),
    locale: z.enum(locales),
    sessionId: z.string().min(1).nullable(),
    /** The member's tier, 0 and up; null for anybody else. */
    tierLevel: z.number().int().min(0).nullable(),
  })
  .readonly();

/** Who is asking, through which channel, in which language. */
export type Viewer = z.infer<typeof viewerSchema>;

/** Somebody who has not signed in. */
export function anonymousViewer({ channel, locale }: { channel: string; locale: Locale }): Viewer {
  return {
    kind: 'ANONYMOUS',
    id: null,
    roles: [],
    scopes: [],
    channel,
    locale,
    sessionId: null,
    tierLevel: null,
  };
}

/** One of our own services acting on its own behalf: a job, a reaction, a step. Has every scope. */
export function systemViewer(
  service: string,
  { channel = 'web', locale = 'zh-CN' }: { channel?: string; locale?: Locale } = {},
): Viewer {
  return { ...anonymousViewer({ channel, locale }), kind: 'SYSTEM', id: service };
}

/** Whether the viewer may do what `scope` guards. */
export function hasScope(viewer: Viewer, scope: string): boolean {
  return viewer.kind === 'SYSTEM' || viewer.scopes.includes(scope);
}

/** Whether it is somebody who buys, signed in or not. */
export function isShopper({ kind }: Viewer): boolean {
  return kind === 'ANONYMOUS' || kind === 'MEMBER';
}

/** The member who is asking; null for everybody else, our own services and staff included. */
export function memberIdOrNull({ kind, id }: Pick<Viewer, 'kind' | 'id'>): string | null {
  return kind === 'MEMBER' ? id : null;
}

/** The member who is asking. Throws UNAUTHENTICATED for everybody else. */
export function memberIdOf(viewer: Viewer): string {
  const memberId = memberIdOrNull(viewer);
  if (memberId === null) throw unauthenticated();
  return memberId;
}
