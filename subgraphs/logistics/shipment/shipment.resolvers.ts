import { callerOf } from '#kit/idempotency/once.ts';
import { hasScope, memberIdOrNull, type Viewer } from '#kit/viewer/viewer.ts';
import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { mayRead } from '../fulfillment/may-read.ts';
import { messages } from '../messages.ts';

const carrierRole = 'carrier:';

/** Shipments, for those who may see them, and what carriers report of them. */
export const shipmentResolvers = {
  Query: {
    shipment: async (_root, { trackingNumber, carrierCode }, { stores, viewer }) => {
      const among = { carrierCodes: carrierCode == null ? null : [carrierCode], memberId: memberIdOrNull(viewer) };
      const found = await stores.shipments.byNumber(trackingNumber, among);
      const [one, another] = found.filter((shipment) => mayRead(viewer, shipment));
      return one === undefined || another !== undefined ? null : one;
    },
  },
  Mutation: {
    recordTrackingEvent: async (_root, { input }, { actions, stores, viewer }) => {
      const { trackingNumber, carrierCode, location, ...event } = input;
      const recorded = await actions.recordTrackingEvent({
        trackingNumber,
        carrierCode: carrierCode ?? null,
        event: { ...event, location: location ?? null },
        carriers: carriersOf(viewer),
        caller: callerOf(viewer),
      });
      return {
        shipment: recorded.ok ? ((await stores.shipments.byIds([recorded.value]))[0] ?? null) : null,
        userErrors: recorded.ok ? [] : toUserErrors(recorded.refusals, viewer.locale, messages),
      };
    },
  },
  Shipment: {
    __resolveReference: async ({ id }, { loaders, viewer }) => {
      const shipment = await loaders.shipmentById.load(id);
      return shipment !== null && mayRead(viewer, shipment) ? shipment : null;
    },
    carrier: async ({ carrierCode }, _args, { loaders }) => {
      const carrier = await loaders.carrierByCode.load(carrierCode);
      if (carrier === null) throw new Error(`carrier ${carrierCode} is gone`);
      return carrier;
    },
  },
} satisfies Resolvers;

/** The carriers that a caller reports for; null for staff, who report for all. */
function carriersOf(viewer: Viewer): string[] | null {
  if (hasScope(viewer, 'fulfillment:write')) return null;
  return viewer.roles.filter((role) => role.startsWith(carrierRole)).map((role) => role.slice(carrierRole.length));
}
