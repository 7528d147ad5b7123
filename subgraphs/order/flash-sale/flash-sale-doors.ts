import type { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import { createTransact, type Database } from '#kit/mongo/transaction.ts';
import { flashSaleOrders, manyAddresses, manyReservations } from '#kit/neighbours/flash-sale-orders.ts';
import type { refusalShape } from '#kit/neighbours/shapes.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { neighbourOf, provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import type { Transport } from '#kit/transport/transport.ts';
import type { Outcome, Refusal } from '#kit/user-error/user-error.ts';
import { onlyOurServices } from '#kit/verification/verify-door.ts';
import type { Neighbours } from '../neighbours.ts';
import { createDrawNumbers } from './actions/draw-numbers.ts';
import { createPlaceFlashSaleOrders } from './actions/place-flash-sale-orders.ts';
import { createWriteFlashSaleOrders } from './actions/write-flash-sale-orders.ts';
import type { OrderPrivacy } from '../personal-data/order-privacy.ts';
import { createPriceFlashSaleOrder } from './queries/price-flash-sale-order.ts';
import { createFlashSaleOrders, type PlacedListener } from './store/flash-sale-orders.ts';

interface DoorParts {
  readonly connection: Database;
  readonly outbox: Outbox;
  readonly changes: PlacedListener;
  readonly neighbours: Pick<Neighbours, 'product' | 'member' | 'logistics'>;
  readonly transport: Transport;
  readonly privacy: Pick<OrderPrivacy, 'sealAddress'>;
  readonly clock: Clock;
  /** Tells the caller to ask again when a neighbour could not be asked. */
  readonly patient: <Args extends unknown[], Result>(
    act: (...args: Args) => Promise<Result>,
  ) => (...args: Args) => Promise<Result>;
}

/** The doors that flash sales place their orders through. */
export function flashSaleDoors(parts: DoorParts): ProvidedOperations {
  const { connection, outbox, changes, neighbours, transport, privacy, clock, patient } = parts;
  const orders = createFlashSaleOrders(connection, outbox, changes);
  const drawNumbers = createDrawNumbers(orders);
  const transact = createTransact(connection, { firstRows: true });
  const { place, settle } = createPlaceFlashSaleOrders({
    ...neighbours,
    orders,
    drawNumbers,
    write: createWriteFlashSaleOrders({ orders, drawNumbers, transact }),
    addresses: neighbourOf(manyAddresses, transport),
    reservations: neighbourOf(manyReservations, transport),
    privacy,
    clock,
  });
  const [placeOrAskAgain, settleOrAskAgain] = [patient(place), patient(settle)];
  const priceOrAskAgain = patient(createPriceFlashSaleOrder(neighbours));
  return provide(flashSaleOrders, {
    async priceFlashSaleOrder(wish, call) {
      onlyOurServices(call);
      return travelling(await priceOrAskAgain(wish, call));
    },
    async placeFlashSaleOrders({ orders: placings }, call) {
      onlyOurServices(call);
      return { placed: (await placeOrAskAgain(placings, call)).map(travelling) };
    },
    async settleFlashSaleOrders({ orders: asked }, call) {
      onlyOurServices(call);
      return { placed: (await settleOrAskAgain(asked, call)).map(travelling) };
    },
  });
}

/** An outcome in the shape of the wire, where lists are plain. */
function travelling<T>(outcome: Outcome<T>) {
  if (outcome.ok) return outcome;
  const refusals = outcome.refusals.map((refusal: Refusal): z.input<typeof refusalShape> => ({
    ...refusal,
    path: refusal.path === undefined ? undefined : [...refusal.path],
  }));
  return { ok: false as const, refusals };
}
