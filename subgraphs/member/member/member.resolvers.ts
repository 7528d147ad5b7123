import { hasScope, memberIdOrNull, type Viewer } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maskEmail, maskName, maskPhone } from './domain/masking.ts';

/** Members, for themselves and for staff that may. */
export const memberResolvers = {
  Query: {
    me: async (_parent, _args, { viewer, loaders }) => {
      const memberId = memberIdOrNull(viewer);
      const member = memberId === null ? null : await loaders.memberById.load(memberId);
      // Who was merged asks as the one that they turned out to be, once they have signed in again.
      return member?.mergedInto === null ? member : null;
    },
    member: (_parent, { id }, { loaders }) => loaders.survivorById.load(id),
  },
  Member: {
    // Somebody else's member is treated as if there were none.
    __resolveReference: ({ id }, { viewer, loaders }) => (maySee(viewer, id) ? loaders.survivorById.load(id) : null),
    displayName: ({ profile }, _args, { viewer }) => {
      if (profile === null) return nameOfErased[viewer.locale];
      return viewer.kind === 'ANALYST' ? maskName(profile.displayName) : profile.displayName;
    },
    email: ({ profile }, _args, { viewer }) => {
      const email = profile?.email ?? null;
      return email !== null && viewer.kind === 'ANALYST' ? maskEmail(email) : email;
    },
    phone: ({ profile }, _args, { viewer }) => {
      const phone = profile?.phone ?? null;
      return phone !== null && viewer.kind === 'ANALYST' ? maskPhone(phone) : phone;
    },
  },
} satisfies Resolvers;

/** What stands in the place of a name that was erased. */
const nameOfErased = { en: 'Erased member', 'zh-CN': '已注销用户' } as const;

function maySee(viewer: Viewer, memberId: string): boolean {
  return (viewer.kind === 'MEMBER' && viewer.id === memberId) || hasScope(viewer, 'member:read');
}
