import type { FromRank } from '../../control/message.ts';
import type { JobEffects } from './effects.ts';

/** What a rank answers when it is asked where it is. */
export type Answer = FromRank & { readonly kind: 'waits' };

/** Takes in the answers that came in time, by rank. */
export type OnAnswers = (answers: ReadonlyMap<number, Answer>) => void;

/** Asks ranks what they are waiting in; any number of questions may be open at a time. */
export class Where {
  readonly #effects: JobEffects;
  readonly #open = new Map<number, Question>();
  #nextId = 1;

  constructor(effects: JobEffects) {
    this.#effects = effects;
  }

  /** Ask `ranks`, and hand on the answers once all are in or `patienceMs` have passed. */
  ask(ranks: readonly number[], patienceMs: number, onAnswers: OnAnswers): void {
    const id = this.#nextId++;
    const question: Question = {
      missing: new Set(ranks),
      answers: new Map(),
      finish: () => {
        cancel();
        this.#open.delete(id);
        onAnswers(question.answers);
      },
    };
    const cancel = this.#effects.setTimer(patienceMs, question.finish);
    this.#open.set(id, question);
    for (const rank of ranks) this.#effects.send(rank, { kind: 'where', id });
    if (ranks.length === 0) question.finish();
  }

  answer(rank: number, answer: Answer): void {
    const question = this.#open.get(answer.id);
    if (!question?.missing.delete(rank)) return;
    question.answers.set(rank, answer);
    if (question.missing.size === 0) question.finish();
  }

  /** Expect nothing more from a rank that ended. */
  ended(rank: number): void {
    for (const question of [...this.#open.values()]) {
      if (question.missing.delete(rank) && question.missing.size === 0) question.finish();
    }
  }

  /** Close all open questions with what is there. */
  finish(): void {
    for (const question of [...this.#open.values()]) question.finish();
  }
}

interface Question {
  readonly missing: Set<number>;
  readonly answers: Map<number, Answer>;
  readonly finish: () => void;
}
