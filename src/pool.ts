export { isMain } from './init.ts';
export type { PoolOptions, StreamOptions, TaskOptions } from './pool/options.ts';
export { Pool } from './pool/pool.ts';
export type { ProgressReport } from './pool/progress.ts';
