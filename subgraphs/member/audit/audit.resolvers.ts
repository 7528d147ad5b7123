import { pageOf } from '#kit/connection/connection.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import type { AuditStream, Resolvers } from '../__generated__/types.ts';

const owners: Readonly<Record<AuditStream, SubgraphName>> = {
  PRODUCT: 'product',
  PROMOTION: 'promotion',
  MEMBER: 'member',
  ORDER: 'order',
  LOGISTICS: 'logistics',
};

/** What staff, partners and money did. */
export const auditResolvers = {
  Query: {
    auditLog: (_parent, { stream, filter, ...page }, { actions, requestId }) =>
      actions.readAuditLog(
        {
          stream: owners[stream],
          actorId: filter?.actorId ?? null,
          subject: filter?.subject ?? null,
          action: filter?.action ?? null,
          from: filter?.from ?? null,
          to: filter?.to ?? null,
          requestId,
        },
        pageOf(page),
      ),
  },
} satisfies Resolvers;
