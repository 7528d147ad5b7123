import { toUserErrors } from '#kit/user-error/user-error.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { messages } from '../messages.ts';
import { importProducts } from './actions/import-products.ts';

/** Imports, for merchandisers. */
export const importResolvers = {
  Query: {
    importJob: (_root, { id }, { importDesk }) => importDesk.imports.byId(id),
  },
  Mutation: {
    importProducts: async (_root, { input }, { importDesk, viewer, requestId, signal }) => {
      const { format, content, publishTo, receiveInto, dryRun } = input;
      const wanted = {
        format,
        content,
        publishTo: publishTo ?? [],
        receiveInto: receiveInto ?? null,
        dryRun: dryRun ?? false,
      };
      const outcome = await importProducts(importDesk, wanted, { viewer, requestId, signal });
      return outcome.ok
        ? { job: outcome.value, userErrors: [] }
        : { job: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
  },
  ImportJob: {
    errors: ({ rowErrors }, _args, { viewer }) =>
      rowErrors.map(({ row, code, message }) => ({
        row,
        code,
        message: viewer.locale === 'en' ? message.en : message.zh,
      })),
  },
} satisfies Resolvers;
