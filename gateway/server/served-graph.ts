import { setImmediate as letOthersOn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Transport } from '#kit/transport/transport.ts';
import { createAdmission } from '../admission/admit.ts';
import { createPublicAnswers, type PublicAnswers } from '../caching/public-answers.ts';
import { registeredDocuments } from '../documents/registered-documents.ts';
import { costRulesOf } from '../limits/cost/cost-rules.ts';
import type { Spending } from '../limits/points/spending.ts';
import { strayRules } from '../permissions/stray-rules.ts';
import { createEngine, type Engine } from '../supergraph/create-engine.ts';
import type { PublishedGraph } from '../supergraph/read-graph.ts';
import { type Access, createViews } from '../variants/views.ts';

/** Everything that follows from what was published: who may ask what, and how it is answered. It is replaced as a whole. */
export interface ServedGraph {
  readonly engine: Engine;
  readonly admit: ReturnType<typeof createAdmission>;
  readonly publicAnswers: PublicAnswers;
  stop(): Promise<void>;
}

/** What a graph is served with, whichever it is. */
export interface ServingOptions {
  readonly transport: Transport;
  readonly access: Access;
  readonly introspection: boolean;
  readonly spending: Spending;
  /** How long all who aren't signed in and ask the same share an answer, milliseconds. */
  readonly keepAnswersMs: number;
  readonly log: Logger;
}

/** What the bodies of public answers may take together, bytes. */
const publicAnswersAtMost = 64 * 1024 * 1024;

/** Makes a published graph ready to answer. Throws when it can't: a supergraph that doesn't load, or rules for what isn't in it. */
export async function serveGraph(
  { supergraphSdl, accessRules, cacheHints = {}, documents }: PublishedGraph,
  { transport, access, introspection, spending, keepAnswersMs, log }: ServingOptions,
): Promise<ServedGraph> {
  const viewOf = createViews(supergraphSdl, { access, introspection });
  const stray = strayRules(accessRules, supergraphSdl);
  if (stray.length > 0) throw new Error(`there are rules for what the supergraph doesn't have: ${stray.join(', ')}`);
  // Each part keeps the thread busy for a while; requests that are being answered go on in between.
  await letOthersOn();
  const engine = await createEngine({ supergraphSdl, transport, introspection, documents, log });
  return {
    engine,
    admit: createAdmission({
      access,
      introspection,
      documents: registeredDocuments(documents),
      viewOf,
      costRules: costRulesOf(supergraphSdl),
      accessRules,
      cacheHints,
      spending,
    }),
    publicAnswers: createPublicAnswers({ keptMs: keepAnswersMs, bytesAtMost: publicAnswersAtMost }),
    stop: () => engine.apollo.stop(),
  };
}
