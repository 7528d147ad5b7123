import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { demoAccounts, type DemoAccount } from '../../gateway/demo/demo-accounts.ts';
import type { Asker } from './ask-at-random.ts';

/** The schema as somebody of a kind sees it. */
type SchemaOf = (viewer: Viewer) => GraphQLSchema;

/** An error, as far as it matters whether to ask again. */
interface Told {
  readonly extensions: { readonly code: string; readonly effect?: string };
}

/** Of a shop that is busy: the fuzz itself keeps it so. */
const mostTries = 20;

const nobody = anonymousViewer({ channel: 'web', locale: 'en' });

/**
 * Everybody who can be in a demo shop: nobody in particular, a shopper, one of each role of the staff, and a partner for each scope of a key, all of whom the
 * administrator makes now. Each asks from the schema of their own view.
 */
export async function everybodyIn(url: string, schemaOf: SchemaOf): Promise<Asker[]> {
  const ask = async <Data>(
    query: string,
    variables: object,
    headers: Record<string, string>,
    { repeatable = false } = {},
  ): Promise<Data> => {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors = [] } = (await response.json()) as { data?: Data; errors?: readonly Told[] };
      if (data != null && errors.length === 0) return data;
      const isBusy = errors.every(({ extensions: { code, effect } }) => code === 'BUSY' && (repeatable || !effect));
      if (!isBusy || tries === mostTries) throw new Error(`the shop said ${JSON.stringify(errors)}`);
      await pause(1_000);
    }
  };
  const signIn = async (identifier: string, password: string): Promise<Record<string, string>> => {
    const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }';
    type Answer = { signIn: { session: { accessToken: string } | null } };
    const { session } = (await ask<Answer>(query, { input: { identifier, password } }, {}, { repeatable: true }))
      .signIn;
    if (session === null) throw new Error(`${identifier} can't sign in`);
    return { authorization: `Bearer ${session.accessToken}` };
  };
  const asker = (role: string, kind: Viewer['kind'], enter: Asker['signIn']): Asker => {
    return { role, schema: schemaOf({ ...nobody, kind }), signIn: enter };
  };

  const shopper = accountOf('shopper');
  const admin = accountOf('staff');
  const headers = await signIn(admin.identifier, admin.password);
  const run = randomBytes(4).toString('hex');
  const { roles } = await ask<{ roles: { enumValues: { name: string }[] } }>(
    '{ roles: __type(name: "StaffRole") { enumValues { name } } }',
    {},
    headers,
  );
  const staff: Asker[] = [];
  for (const { name } of roles.enumValues) {
    const account = {
      email: `fuzz-${run}-${name.toLowerCase()}@example.com`,
      password: randomBytes(12).toString('hex'),
    };
    const create =
      'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { staff { id } userErrors { message } } }';
    await ask(create, { input: { ...account, displayName: name, roles: [name] } }, headers);
    const kind = name === 'ANALYST' ? 'ANALYST' : 'STAFF';
    staff.push(asker(`staff ${name}`, kind, () => signIn(account.email, account.password)));
  }
  const partners: Asker[] = [];
  for (const [scope, carrierCode] of [['partner:orders'], ['partner:catalog'], ['partner:tracking', 'SF']] as const) {
    const create = 'mutation ($input: CreatePartnerInput!) { createPartner(input: $input) { partner { id } } }';
    type Created = { createPartner: { partner: { id: string } } };
    const { partner } = (await ask<Created>(create, { input: { name: `Fuzz ${run} ${scope}` } }, headers))
      .createPartner;
    const issue = 'mutation ($input: IssueApiKeyInput!) { issueApiKey(input: $input) { key } }';
    type Issued = { issueApiKey: { key: string } };
    const input = { partnerId: partner.id, name: 'fuzz', scopes: [scope], carrierCode };
    const { key } = (await ask<Issued>(issue, { input }, headers)).issueApiKey;
    partners.push(asker(scope, 'PARTNER', async () => ({ authorization: `Bearer ${key}` })));
  }
  return [
    asker('nobody', 'ANONYMOUS', async () => ({})),
    asker('shopper', 'MEMBER', () => signIn(shopper.identifier, shopper.password)),
    ...staff,
    ...partners,
  ];
}

function accountOf(label: string): Extract<DemoAccount, { readonly password: string }> {
  const account = demoAccounts.find((each) => each.label === label);
  if (account === undefined || !('password' in account)) throw new Error(`there is no demo account ${label}`);
  return account;
}
