import './workers/monaco-environment.ts';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './explorer.css';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { type Fetcher, createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { samplesPlugin } from './samples/samples-plugin.tsx';
import { samples } from './samples/samples.ts';
import { SessionBar } from './session/session-bar.tsx';
import type { ExplorerSettings } from './session/session-store.ts';
import { requestHeaders } from './session/sign-in.ts';

const sendToGraph = createGraphiQLFetcher({ url: '/graphql' });
const fetcher: Fetcher = async (params, options) => {
  // What a person wrote in the headers editor wins over the session.
  const headers = { ...(await requestHeaders()), ...options?.headers };
  return sendToGraph(params, { ...options, headers });
};
const plugins = [samplesPlugin, explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];

function Explorer({ settings }: { settings: ExplorerSettings }) {
  return (
    <>
      <SessionBar settings={settings} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          visiblePlugin={samplesPlugin}
          initialQuery={samples[0]?.document ?? ''}
          initialVariables={JSON.stringify(samples[0]?.variables ?? {}, null, 2)}
        >
          <GraphiQL.Logo>
            <></>
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

async function start(root: HTMLElement) {
  const answer = await fetch('/explorer/settings.json');
  const settings = (await answer.json()) as ExplorerSettings;
  createRoot(root).render(
    <StrictMode>
      <Explorer settings={settings} />
    </StrictMode>,
  );
}

const root = document.getElementById('explorer');
if (root === null) throw new Error('index.html has no #explorer');
start(root).catch((error: unknown) => {
  root.textContent = `The Explorer can't start: ${error instanceof Error ? error.message : String(error)}`;
});
