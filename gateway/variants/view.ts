import type { GraphQLSchema } from 'graphql';

/** Who a view of the graph is made for: shoppers and strangers, partners with a key, those who work here. */
export const audiences = ['public', 'partner', 'internal'] as const;
export type Audience = (typeof audiences)[number];

/** What one audience sees of the graph. What is outside it does not exist for them. */
export interface View {
  readonly schema: GraphQLSchema;
  /** Whether an invalid document is explained; else all of them get the same words, from which nobody learns a name. */
  readonly explains: boolean;
  /** Whether the explanation may suggest names. */
  readonly suggests: boolean;
}
