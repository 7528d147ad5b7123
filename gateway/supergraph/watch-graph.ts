import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { composedFiles, type PublishedGraph, readPublishedGraph } from './read-graph.ts';

interface Options {
  /** The folder that composition writes into. */
  readonly schemaDir: string;
  /** Takes a graph, or throws when it can't be served. */
  readonly take: (graph: PublishedGraph) => Promise<void>;
  readonly log: Logger;
  /** How often to look, milliseconds; 2 s unless given. */
  readonly everyMs?: number;
}

/** Something that looks for a new graph. */
export interface GraphWatch {
  /** Reads the graph now, changed or not, and whether or not it is complete. */
  readNow(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Takes a new graph once its files have changed and then stayed the same from one look to the next: composition writes several. Files are looked at and not
 * subscribed to, because mounted configuration changes behind links. A graph that can't be read or served is told of once, and
 * what was served before goes on.
 */
export async function watchGraph({ schemaDir, take, log, everyMs = 2_000 }: Options): Promise<GraphWatch> {
  const stopping = new AbortController();
  let taken = await fingerprintOf(schemaDir);
  let seen = taken;
  let taking: Promise<void> = Promise.resolve();

  async function takeNow(): Promise<void> {
    try {
      await take(await readPublishedGraph(schemaDir));
      log.info('a new graph is served');
    } catch (error) {
      log.error({ err: error }, 'a new graph was refused, the one before is served on');
    }
  }

  /** One after the other. */
  function readNow(): Promise<void> {
    taking = taking.then(takeNow);
    return taking;
  }

  async function look(): Promise<void> {
    const found = await fingerprintOf(schemaDir);
    const settled = found === seen;
    seen = found;
    if (!settled || found === taken) return;
    taken = found;
    await readNow();
  }

  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await pause(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (!stopping.signal.aborted) await look();
    }
  })();

  return {
    readNow,
    async stop() {
      stopping.abort();
      await Promise.all([watching, taking]);
    },
  };
}

/** Changes with the files; what is missing changes it as well. */
async function fingerprintOf(schemaDir: string): Promise<string> {
  const documents = join(schemaDir, 'persisted-documents');
  const manifests = await readdir(documents).catch(() => []);
  const files = composedFiles.map((name) => join(schemaDir, name));
  const all = [...files, ...manifests.toSorted().map((name) => join(documents, name))];
  const facts = await Promise.all(
    all.map((path) =>
      stat(path).then(
        ({ mtimeMs, size, ino }) => `${path} ${mtimeMs} ${size} ${ino}`,
        () => `${path} is not there`,
      ),
    ),
  );
  return facts.join('\n');
}
