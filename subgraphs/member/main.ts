import { runSubgraph } from '#kit/subgraph/run.ts';
import { createApp } from './app.ts';
import { memberSettings } from './config.ts';

await runSubgraph('member', createApp, memberSettings);
