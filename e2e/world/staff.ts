import { SignInDocument } from '../__generated__/operations.ts';
import type { Account } from '../setup/world-facts.ts';
import { accepted, createClient, type Client } from './client.ts';

/** Where staff sign in: one of the run's graphs, or a test's own. */
export interface StaffPlace {
  readonly url: string;
  readonly admin: Account;
}

/** A client as which the graph's first administrator is signed in. */
export async function signInStaff({ url, admin }: StaffPlace): Promise<Client> {
  const guest = createClient({ url });
  const { signIn } = await guest.ask(SignInDocument, { input: admin });
  return guest.with({ token: accepted(signIn, 'session').accessToken });
}
