import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { checkDraft } from '../domain/check-draft.ts';
import type { ProductDraft } from '../domain/draft.ts';
import type { Product } from '../domain/product.ts';
import { productFrom, published, rewritten } from '../domain/write-product.ts';
import type { Session } from '../store/session.ts';
import { writeProducts, type Catalogue } from './catalogue.ts';
import { channelsWithoutPrice } from './publish-product.ts';
import { takeSurroundings, type Surroundings } from './surroundings.ts';

/** One product to be there afterwards. */
export interface SaveRequest {
  readonly draft: ProductDraft;
  /** `CREATE` refuses a slug that is taken; `UPSERT` writes over the product that has it. */
  readonly mode: 'CREATE' | 'UPSERT';
  /** Known channels to put it on sale in, in addition to those it is in. */
  readonly publishTo: readonly string[];
  /** The currency that its amounts must be in. */
  readonly currency: string;
  /** When it counts as created and published; null for now. */
  readonly at: Date | null;
  /** Pieces that were sold before it came here, should it be new; none unless given. */
  readonly soldBefore?: number;
}

/** How a batch is saved. */
export interface SaveOptions {
  /** One refusal keeps all of them from being written. */
  readonly allOrNone?: boolean;
  /** Decides everything and writes nothing. */
  readonly dryRun?: boolean;
  /** Written in the same transaction; may run more than once, of which one counts. */
  readonly alongside?: (session: Session, outcomes: readonly Outcome<Product>[]) => Promise<void>;
}

/** What saves a batch: the same for a person's product, an import and demo data. */
export type SaveProducts = (requests: readonly SaveRequest[], options?: SaveOptions) => Promise<Outcome<Product>[]>;

/** Attempts before a slug or code that others keep taking first is given up. */
const attempts = 5;

/**
 * Creates or updates at most a few hundred products in one transaction, with the categories and brands they ask for, their listings and
 * events. Each is decided by itself, in order, and sees what those before it took: outcomes come in the order of the requests.
 */
export async function saveProducts(
  catalogue: Catalogue,
  requests: readonly SaveRequest[],
  options: SaveOptions = {},
): Promise<Outcome<Product>[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await catalogue.transaction((session) => saveOnce(catalogue, requests, options, session));
    } catch (error) {
      // Somebody else's slug, code, brand or category was committed after our look: look again, and see it.
      if (!isDuplicateKey(error) || attempt === attempts) throw error;
    }
  }
}

async function saveOnce(
  catalogue: Catalogue,
  requests: readonly SaveRequest[],
  { allOrNone = false, dryRun = false, alongside }: SaveOptions,
  session: Session,
): Promise<Outcome<Product>[]> {
  const drafts = requests.map(({ draft }) => draft);
  const surroundings = await takeSurroundings(catalogue, drafts, session);
  const now = catalogue.clock.now();
  const changed = new Map<string, Product>();
  const outcomes = requests.map((request) => {
    const outcome = decide(request, surroundings, now);
    if (outcome.ok) changed.set(outcome.value.id, outcome.value);
    return outcome;
  });
  const refusedAll = allOrNone && outcomes.some((outcome) => !outcome.ok);
  if (!dryRun && !refusedAll && changed.size > 0) {
    await catalogue.categories.save(surroundings.newCategories(), session);
    await catalogue.brands.add(surroundings.newBrands(), session);
    await writeProducts(catalogue, [...changed.values()], surroundings.tree(), session);
  }
  await alongside?.(session, outcomes);
  return outcomes;
}

function decide(request: SaveRequest, surroundings: Surroundings, now: Date): Outcome<Product> {
  const { draft, mode, publishTo, currency, soldBefore = 0 } = request;
  const at = request.at ?? now;
  const wrong = checkDraft(draft, currency);
  if (wrong.length > 0) return refused(...wrong);
  const taken = surroundings.refusalsOf(draft, mode);
  if (taken.length > 0) return refused(...taken);
  const existing = mode === 'UPSERT' && draft.slug !== null ? surroundings.bySlug(draft.slug) : null;
  const places = surroundings.placesOf(draft);
  const written =
    existing === null
      ? { ...productFrom(draft, places, at), salesCount: soldBefore }
      : rewritten(existing, draft, places, now);
  const unpriced = channelsWithoutPrice(written, publishTo, ['publishTo']);
  if (unpriced.length > 0) return refused(...unpriced);
  const product = { ...(publishTo.length > 0 ? published(written, publishTo, at) : written), updatedAt: now };
  surroundings.remember(product);
  return accepted(product);
}
