import type { Clock } from '#kit/clock/clock.ts';
import { busy } from '#kit/graphql/errors.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { Skus } from '../../stock/neighbours/skus.ts';
import { advance, type Fulfillment, type FulfillmentAction } from '../domain/fulfillment.ts';
import { packInto, type PackedParcel } from '../domain/parcels.ts';
import type { Fulfillments } from '../store/fulfillments.ts';

export interface FulfillmentCommand {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly fulfillmentId: string;
}

/** A parcel as people describe it, by SKU codes; null lines hold everything. */
export interface ParcelByCodes {
  readonly weightGrams: number;
  readonly lines: readonly { readonly skuCode: string; readonly quantity: number }[] | null;
}

export interface PackFulfillmentCommand extends FulfillmentCommand {
  readonly parcels: readonly ParcelByCodes[] | null;
}

/** The steps inside a warehouse; each answers the id of the fulfillment it was taken on. */
export interface WorkOnFulfillment {
  startPicking(command: FulfillmentCommand): Promise<Outcome<string>>;
  /** Completes the picking, starting it if nobody did. */
  pick(command: FulfillmentCommand): Promise<Outcome<string>>;
  pack(command: PackFulfillmentCommand, call: Call): Promise<Outcome<string>>;
}

const attempts = 10;

export function createWorkOnFulfillment(deps: {
  readonly once: Once;
  readonly fulfillments: Fulfillments;
  readonly reservations: Pick<Reservations, 'ofOrders'>;
  readonly skus: Skus;
  readonly clock: Clock;
}): WorkOnFulfillment {
  const { once, fulfillments, reservations, skus, clock } = deps;

  /** Takes a step on the fulfillment as it is, and again when somebody else was faster. */
  async function take(
    fulfillmentId: string,
    step: { readonly action: FulfillmentAction; readonly by: string; readonly callId: string },
    also: (fulfillment: Fulfillment) => Outcome<Fulfillment> = accepted,
  ): Promise<Outcome<string>> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const before = await fulfillments.byId(fulfillmentId);
      if (before === null) return refused(notFound(['fulfillmentId'], 'fulfillment'));
      const moved = advance(before, { ...step, at: clock.now() });
      if (!moved.ok) return moved;
      if (moved.value === before) return accepted(before.id);
      // Read after the fulfillment: a change of address that begins later writes the fulfillment, and then this step isn't taken.
      if (step.action === 'PACK' && (await isBeingReaddressed(before))) throw busy(500);
      const after = also(moved.value);
      if (!after.ok) return after;
      if (await fulfillments.replace(before, after.value)) return accepted(before.id);
    }
    throw busy(200);
  }

  async function isBeingReaddressed({ orderId }: Fulfillment): Promise<boolean> {
    return (await reservations.ofOrders([orderId])).get(orderId)?.readdressing != null;
  }

  function simple(operation: string, action: FulfillmentAction) {
    return ({ caller, idempotencyKey: key, ...input }: FulfillmentCommand) =>
      once({ caller, operation, key, input, subject: 'request' }, (callId) =>
        take(input.fulfillmentId, { action, by: caller, callId }),
      );
  }

  return {
    startPicking: simple('startPicking', 'START_PICKING'),
    pick: simple('pickFulfillment', 'PICK'),
    pack: ({ caller, idempotencyKey: key, ...input }, call) =>
      once({ caller, operation: 'packFulfillment', key, input, subject: 'request' }, async (callId) => {
        const parcels = await parcelsById(input.parcels, skus, call);
        if (!parcels.ok) return parcels;
        return take(input.fulfillmentId, { action: 'PACK', by: caller, callId }, (fulfillment) => {
          const packed = packInto(fulfillment.lines, parcels.value);
          return packed.ok ? accepted({ ...fulfillment, parcels: packed.value }) : packed;
        });
      }),
  };
}

async function parcelsById(
  given: readonly ParcelByCodes[] | null,
  skus: Skus,
  call: Call,
): Promise<Outcome<PackedParcel[] | null>> {
  const codes = (given ?? []).flatMap(({ lines }) => (lines ?? []).map((line) => line.skuCode));
  const ids = codes.length === 0 ? new Map<string, string>() : await skus.idsByCodes(codes, call);
  const unknown: Refusal[] = [];
  const parcels = given?.map(({ weightGrams, lines }, parcel) => ({
    weightGrams,
    lines:
      lines?.flatMap(({ skuCode, quantity }, line) => {
        const skuId = ids.get(skuCode);
        if (skuId !== undefined) return [{ skuId, quantity }];
        unknown.push(notFound(['parcels', String(parcel), 'lines', String(line), 'skuCode'], 'sku'));
        return [];
      }) ?? null,
  }));
  return unknown.length > 0 ? refused(...unknown) : accepted(parcels ?? null);
}
