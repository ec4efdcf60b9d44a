/** Node processes that share the items of a pool beforehand: what two processors give here. */

import { measureBare } from '../../../src/bench/pool/bare.ts';
import { show } from '../../../src/bench/pool/measure.ts';
import { readOptions } from './options.ts';

for (const { what, unit, value } of await measureBare(readOptions().seconds)) {
  show(what ?? '', unit, value);
}
