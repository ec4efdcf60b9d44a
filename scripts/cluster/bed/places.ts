import { fileURLToPath } from 'node:url';

/** The repository, seen from the compiled script. */
export const ROOT: string = fileURLToPath(new URL('../../../../', import.meta.url));

/** What a host's first process runs. */
export const BOOT: string = `${ROOT}scripts/cluster/boot.sh`;
