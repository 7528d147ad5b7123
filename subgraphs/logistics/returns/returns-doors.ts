import { callerOf } from '#kit/idempotency/once.ts';
import { logisticsReturns } from '#kit/neighbours/returns.ts';
import { provide } from '#kit/transport/neighbours.ts';
import type { Actions } from '../actions.ts';
import { answerOf } from '../operations.ts';

/** The doors for goods that are not to be sent after all, or that come back. */
export function returnsDoors(actions: Actions) {
  return provide(logisticsReturns, {
    withdrawUnits: async (withdrawal, { viewer }) =>
      answerOf(await actions.withdrawUnits({ ...withdrawal, by: callerOf(viewer) })),
    sendReplacement: async (replacement) => answerOf(await actions.sendReplacement(replacement)),
    takeBackGoods: async (receipt) => answerOf(await actions.takeBackGoods(receipt)),
  });
}
