import { failureText, furtherFailureTexts, type ReportContext } from '../report.ts';
import type { JobEffects } from './effects.ts';
import { failedRanks, type RankFailure } from './failure.ts';
import type { SuperviseOptions } from './options.ts';
import { type RankPlace, whereTable } from './where-table.ts';

/** The report waits this long for the last output of the rank it is about. */
const OUTPUT_MS = 200;

/** Tells of a job's failure, each part once, in its order, as soon as it is known. */
export class Reporter {
  readonly #options: SuperviseOptions;
  readonly #context: ReportContext;
  readonly #effects: JobEffects;
  readonly #told = new Set<RankFailure>();
  #main: RankFailure | undefined;
  #mainTold = false;
  #cancelWait: (() => void) | undefined;
  /** Where the others were when a rank was lost, by the lost rank. */
  readonly #places = new Map<number, readonly RankPlace[]>();

  constructor(options: SuperviseOptions, context: ReportContext, effects: JobEffects) {
    this.#options = options;
    this.#context = context;
    this.#effects = effects;
  }

  /** Tell the job's failure, after what the rank itself has written. */
  main(failure: RankFailure, outputClosed: boolean): void {
    this.#main = failure;
    this.#told.add(failure);
    const mute = failure.kind === 'unfinalized' || failure.kind === 'host-lost';
    if (outputClosed || mute) this.#tellMain();
    else this.#cancelWait = this.#effects.setTimer(OUTPUT_MS, () => this.#tellMain());
  }

  /** The rank has written its last. */
  outputClosed(rank: number): void {
    if (rank === this.#main?.rank) this.#tellMain();
  }

  /** Tell where the others were when `rank` was lost, if that becomes the job's failure. */
  places(rank: number, places: readonly RankPlace[]): void {
    this.#places.set(rank, places);
    if (this.#mainTold) this.#tellPlaces();
  }

  /** Tell failures after the main one, unless they were told. */
  further(failures: readonly RankFailure[]): void {
    if (this.#main === undefined) return;
    this.#tellMain();
    const news = failures.filter((failure) => !this.#told.has(failure));
    for (const failure of news) this.#told.add(failure);
    const texts = furtherFailureTexts(this.#main, news, this.#context);
    if (texts.length > 0 && !this.#options.quiet) this.#effects.note(texts.join('\n'));
  }

  /** Wait for nothing any longer. */
  finish(): void {
    if (this.#main !== undefined) this.#tellMain();
  }

  #tellMain(): void {
    if (this.#mainTold || this.#main === undefined) return;
    this.#mainTold = true;
    this.#cancelWait?.();
    const tail = this.#effects.tail(this.#main.rank);
    this.#effects.note(failureText(this.#main, this.#context, tail));
    this.#tellPlaces();
  }

  #tellPlaces(): void {
    const main = this.#main;
    if (main === undefined || this.#options.quiet) return;
    const all = this.#places.get(main.rank) ?? [];
    this.#places.clear();
    // A rank that died may concern few; one that left early is in question because others went on.
    const places =
      main.kind === 'unfinalized'
        ? all.filter((place) => place.rank !== main.rank)
        : all.filter((place) => waitsFor(place, failedRanks(main)));
    if (places.length === 0) return;
    const { names } = this.#context;
    const title =
      main.kind === 'unfinalized'
        ? `where the others were when ${names.one(main.rank)} exited`
        : `who waited for ${main.kind === 'host-lost' ? `host ${main.host.name}` : names.one(main.rank)}`;
    this.#effects.note(whereTable(title, places, this.#context));
  }
}

function waitsFor(place: RankPlace, ranks: readonly number[]): boolean {
  if (place.kind !== 'answered') return false;
  return place.waits.some((wait) => wait.waitsFor.some((rank) => ranks.includes(rank)));
}
