import { chosenProgram } from './programs.mjs';

// The container's health check: is the service in this container ready?
const port = process.env.PORT ?? chosenProgram().port;
const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_500) }).catch(() => null);
process.exit(answer?.ok === true ? 0 : 1);
