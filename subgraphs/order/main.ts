import { runSubgraph } from '#kit/subgraph/run.ts';
import { createApp } from './app.ts';

await runSubgraph('order', createApp);
