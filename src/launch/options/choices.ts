import { ALGORITHMS, type AlgorithmChoices, type ChoiceOperation } from '../../base/algorithms.ts';
import { shown } from './quote.ts';
import { UsageError } from './usage-error.ts';

/** Read the value of `--coll`: `allreduce=ring,broadcast=chain`. */
export function readChoices(value: string): AlgorithmChoices {
  const choices = new Map<string, string>();
  for (const part of value.split(',')) {
    const [operation = '', algorithm = ''] = part.split('=', 2).map((word) => word.trim());
    if (!isOperation(operation)) {
      const names = Object.keys(ALGORITHMS).join(', ');
      throw new UsageError(
        `--coll ${shown(part)}: write OPERATION=ALGORITHM, with one of ${names}`,
      );
    }
    const names: readonly string[] = ALGORITHMS[operation];
    if (!names.includes(algorithm)) {
      throw new UsageError(
        `--coll ${shown(part)}: the algorithms of ${operation} are ${names.join(', ')}`,
      );
    }
    choices.set(operation, algorithm);
  }
  return Object.fromEntries(choices);
}

function isOperation(name: string): name is ChoiceOperation {
  return Object.hasOwn(ALGORITHMS, name);
}
