import { MpiError } from '../../base/error.ts';

/** The path is cut in the middle when it has more steps than this. */
const STEPS_SHOWN = 16;
/** A key or string is cut when it is longer than this. */
const CHARACTERS_SHOWN = 60;

/**
 * Thrown where a value cannot be sent, and given one step of the path by every container that it
 * passes on its way up, so that a value that can be sent pays nothing for paths.
 */
export class Refusal {
  readonly #complaint: string;
  /** Innermost first. */
  readonly #steps: string[] = [];
  /** Whether the containers above the outermost step are unknown, since it was put off. */
  uprooted = false;

  /** @param complaint  reads on after the path: `is a function and cannot be sent; …` */
  constructor(complaint: string) {
    this.#complaint = complaint;
  }

  add(step: string): void {
    this.#steps.push(step);
  }

  toError(): MpiError {
    return new MpiError('ERR_TYPE', `value${this.#path()} ${this.#complaint}`);
  }

  #path(): string {
    const steps = this.#steps.toReversed();
    if (this.uprooted) return ` … ${steps.slice(-STEPS_SHOWN).join('')}`;
    if (steps.length <= STEPS_SHOWN) return steps.join('');
    const half = STEPS_SHOWN / 2;
    return `${steps.slice(0, half).join('')} … ${steps.slice(-half).join('')}`;
  }
}

/** Add the step to a refusal on its way up; any other error passes as it is. */
export function within(error: unknown, step: string): unknown {
  if (error instanceof Refusal) error.add(step);
  return error;
}

/** Name a property as the program would write it: `.name` or `["odd key"]`. */
export function propertyStep(key: string): string {
  // Where it is made when it is needed: V8 takes half a millisecond for the sets of letters.
  const isIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
  return isIdentifier && key.length <= CHARACTERS_SHOWN ? `.${key}` : `[${quote(key)}]`;
}

/** Name the value of a map's entry: `.get("key")`; a key that is an object shows as its place. */
export function entryStep(key: unknown, place: number): string {
  if (typeof key === 'string') return `.get(${quote(key)})`;
  if (typeof key === 'bigint') return `.get(${key}n)`;
  if (typeof key === 'object' && key !== null) return `.get(<key ${place}>)`;
  return `.get(${String(key)})`;
}

function quote(text: string): string {
  return JSON.stringify(
    text.length <= CHARACTERS_SHOWN ? text : `${text.slice(0, CHARACTERS_SHOWN)}…`,
  );
}
