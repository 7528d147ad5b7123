export { type Call, type CallPath, callTimeoutMs, type CallTarget, type Transport } from './call.ts';
export { httpTransport } from './http-transport.ts';
export { inProcessTransport } from './in-process-transport.ts';
export { NeighbourError, type NeighbourErrorCode } from './neighbour-error.ts';
