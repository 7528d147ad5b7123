import { networkOf } from '#kit/client-address/network-of.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

/** A bucket that holds one minute's points and fills evenly. */
export interface Budget {
  readonly perMinute: number;
}

/** Points a minute, by who asks. */
export interface Budgets {
  /** Somebody signed in. */
  readonly caller: number;
  /** A partner, whatever keys it has. */
  readonly partner: number;
  /** Everybody behind one address who isn't signed in. */
  readonly address: number;
}

/** The budgets that a shop starts with. A listing of 20 products with offers costs about 1,700 points, a cart 100. */
export const usualBudgets: Budgets = { caller: 300_000, partner: 1_200_000, address: 1_200_000 };

/** So that load tests and demonstrations run: 20,000 listings a minute from this machine. */
const onThisMachine: Budget = { perMinute: 60_000_000 };

interface Options {
  readonly budgets: Budgets;
  /** Whether callers on this machine may ask for as much as they like to. */
  readonly generousHere: boolean;
}

/** Whose points a request costs, and how many there are. */
export function createPurse({ budgets, generousHere }: Options) {
  return ({ kind, id }: Viewer, address: string): { readonly key: string; readonly budget: Budget } => {
    const key = id === null ? `address ${networkOf(address)}` : `${kind} ${id}`;
    if (generousHere && isThisMachine(address)) return { key, budget: onThisMachine };
    if (id === null) return { key, budget: { perMinute: budgets.address } };
    return { key, budget: { perMinute: kind === 'PARTNER' ? budgets.partner : budgets.caller } };
  };
}

function isThisMachine(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}
