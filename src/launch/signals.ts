import type { JobSignal } from './supervise/job.ts';

/**
 * SIGUSR1 is left out on purpose: Node opens its debugger on it, and passed on it would have every
 * rank open one. SIGWINCH means nothing to ranks, which have no terminal.
 */
const SIGNALS: readonly JobSignal[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGTSTP',
  'SIGCONT',
  'SIGUSR2',
];

/** The part of `process` that signals arrive at. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/**
 * Hand the launcher's signals to `onSignal` instead of letting them end it.
 *
 * @returns what gives them back their usual effect
 */
export function listenForSignals(
  onSignal: (signal: JobSignal) => void,
  source: SignalSource = process,
): () => void {
  const listeners = SIGNALS.map((signal) => ({ signal, listener: () => onSignal(signal) }));
  for (const { signal, listener } of listeners) source.on(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) source.off(signal, listener);
  };
}
