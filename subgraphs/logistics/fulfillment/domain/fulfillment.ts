import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';

/** How far a fulfillment has come. `PICKED` is shown as `PICKING`: the outside only sees when work begins and when it is packed. */
export const stages = ['ALLOCATED', 'PICKING', 'PICKED', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const;
export type Stage = (typeof stages)[number];

/** What the graph shows. */
export type FulfillmentStatus = Exclude<Stage, 'PICKED'>;

export type FulfillmentAction = 'START_PICKING' | 'PICK' | 'PACK' | 'SHIP' | 'DELIVER' | 'CANCEL';

/** Every way a fulfillment can go. */
export const transitions: Readonly<Record<FulfillmentAction, { readonly from: readonly Stage[]; readonly to: Stage }>> =
  {
    START_PICKING: { from: ['ALLOCATED'], to: 'PICKING' },
    PICK: { from: ['ALLOCATED', 'PICKING'], to: 'PICKED' },
    PACK: { from: ['PICKED'], to: 'PACKED' },
    SHIP: { from: ['PACKED'], to: 'SHIPPED' },
    DELIVER: { from: ['SHIPPED'], to: 'DELIVERED' },
    CANCEL: { from: ['ALLOCATED', 'PICKING', 'PICKED', 'PACKED'], to: 'CANCELLED' },
  };

/** The stages in which a fulfillment is work that waits in its warehouse. */
export const waitingStages: readonly Stage[] = transitions.CANCEL.from;

/** One action that was taken. */
export interface Step {
  /** `SHRINK`: units were withdrawn, and what was packed was unpacked. `READDRESS`: its order goes somewhere else. `GROW`: units were added. */
  readonly action: FulfillmentAction | 'SHRINK' | 'READDRESS' | 'GROW';
  readonly at: Date;
  /** Who took it: the id of a person, or the name of a service. */
  readonly by: string;
  /** Names the call: its repetition finds that it was done. */
  readonly callId: string;
}

export interface FulfillmentLine {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly bin: string;
}

export interface Parcel {
  readonly id: string;
  /** With packing; null when nobody weighed it. */
  readonly weightGrams: number | null;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
}

/** The part of an order that one warehouse sends. */
export interface Fulfillment {
  readonly id: string;
  readonly orderId: string;
  /** The exchange whose replacement it is; absent for what the order itself is about. */
  readonly afterSaleId?: string;
  readonly orderNumber: string;
  /** Null for an order without a member: it came from outside. */
  readonly memberId: string | null;
  readonly channel: string;
  readonly warehouseId: string;
  readonly stage: Stage;
  readonly lines: readonly FulfillmentLine[];
  readonly parcels: readonly Parcel[];
  readonly allocatedAt: Date;
  /** Nothing of it is picked before; absent: at once. */
  readonly shipsAfter?: Date;
  readonly steps: readonly Step[];
}

export function statusOf(stage: Stage): FulfillmentStatus {
  return stage === 'PICKED' ? 'PICKING' : stage;
}

/** The stages behind a status. */
export function stagesOf(status: FulfillmentStatus): Stage[] {
  return stages.filter((stage) => statusOf(stage) === status);
}

/** When an action was taken; null when it was not, or when what it did was undone. */
export function whenDone({ steps }: Pick<Fulfillment, 'steps'>, action: FulfillmentAction): Date | null {
  const unpacked = action === 'PACK' ? steps.findLastIndex((step) => step.action === 'SHRINK') : -1;
  return steps.slice(unpacked + 1).find((step) => step.action === action)?.at ?? null;
}

/** TOO_EARLY: some of its goods may not be sent yet. */
export const tooEarly = (shipsAfter: Date) =>
  ({
    type: 'TooEarlyError',
    code: 'TOO_EARLY',
    path: ['fulfillmentId'],
    shipsAfter: shipsAfter.toISOString(),
  }) as const;

/**
 * Takes a step. The same call again changes nothing; a stage that doesn't allow the action is INVALID_STATE with the status, and picking before the goods may be
 * sent is TOO_EARLY.
 */
export function advance(
  fulfillment: Fulfillment,
  step: Step & { readonly action: FulfillmentAction },
): Outcome<Fulfillment> {
  if (fulfillment.steps.some((taken) => taken.callId === step.callId)) return accepted(fulfillment);
  const { from, to } = transitions[step.action];
  if (!from.includes(fulfillment.stage)) {
    return refused(invalidState(['fulfillmentId'], { state: statusOf(fulfillment.stage) }));
  }
  const { shipsAfter } = fulfillment;
  if (to.startsWith('PICK') && shipsAfter !== undefined && step.at < shipsAfter) return refused(tooEarly(shipsAfter));
  return accepted({ ...fulfillment, stage: to, steps: [...fulfillment.steps, step] });
}

/** What reserved the goods of a fulfillment: its order, or the exchange whose replacement it is. */
export function reservationIdOf({ orderId, afterSaleId }: Pick<Fulfillment, 'orderId' | 'afterSaleId'>): string {
  return afterSaleId ?? orderId;
}

/** The fulfillments that are sent for the same reason: those of the order itself, or those of one exchange. */
export function sentTogether<F extends Pick<Fulfillment, 'afterSaleId'>>(
  ofOrder: readonly F[],
  afterSaleId: string | undefined,
): F[] {
  return ofOrder.filter((one) => one.afterSaleId === afterSaleId);
}

/** How many fulfillments of an order have still to leave (`SHIP`) or to arrive (`DELIVER`); cancelled ones don't count. */
export function remainingBefore(action: 'SHIP' | 'DELIVER', ofOrder: readonly Pick<Fulfillment, 'stage'>[]): number {
  const done: readonly Stage[] = action === 'SHIP' ? ['SHIPPED', 'DELIVERED', 'CANCELLED'] : ['DELIVERED', 'CANCELLED'];
  return ofOrder.filter(({ stage }) => !done.includes(stage)).length;
}
