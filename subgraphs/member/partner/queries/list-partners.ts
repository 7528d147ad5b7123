import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import type { Partner } from '../domain/partner.ts';
import type { PartnersStore } from '../store/partners-store.ts';

/** A page of the partners, the newest first. */
export async function listPartners(
  { partners }: { readonly partners: Pick<PartnersStore, 'page' | 'count'> },
  { first, after }: Page,
): Promise<ConnectionParent<Partner>> {
  return connectionOf({
    rows: await partners.page(first + 1, after),
    first,
    after,
    cursorOf: ({ id }) => encodeCursor([id]),
    totalCount: () => partners.count(),
  });
}
