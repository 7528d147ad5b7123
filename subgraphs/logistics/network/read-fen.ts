import { readMoneyInput } from '#kit/graphql/money.resolvers.ts';
import { accepted, currencyMismatch, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { networkCurrency } from './domain/network.ts';

/** Reads an amount of the network's currency, in fen. INVALID_INPUT or CURRENCY_MISMATCH otherwise. */
export function readFen(
  input: { readonly amount: string; readonly currency: string },
  path: readonly string[],
): Outcome<number> {
  const money = readMoneyInput(input, path);
  if (!money.ok) return money;
  const { minor, currency } = money.value;
  if (currency !== networkCurrency) return refused(currencyMismatch([...path, 'currency'], networkCurrency, currency));
  return accepted(minor);
}
