import { badInput } from '#kit/graphql/errors.ts';

/** The sales channels that a caller may name. What each of them sells is the product subgraph's to know. */
export const knownChannels: readonly string[] = ['web', 'app', 'mini-program', 'store'];

/** The channel of the `x-channel` header, `web` without one. Throws BAD_USER_INPUT for an unknown one. */
export function channelOf(header: string | undefined): string {
  if (header === undefined) return 'web';
  if (knownChannels.includes(header)) return header;
  throw badInput(`x-channel must be one of ${knownChannels.join(', ')}.`);
}
