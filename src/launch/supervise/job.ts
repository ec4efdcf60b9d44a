import type { FromRank } from '../../control/message.ts';
import {
  apartText,
  continuedText,
  failureText,
  type LineOf,
  type ReportContext,
  signalText,
  stoppedText,
  timeoutText,
  toleratedText,
  unmatchedText,
} from '../report.ts';
import type { RankEnd } from '../start/start.ts';
import { Apart } from './apart.ts';
import { deadlockText } from './deadlock-text.ts';
import { Deadlocks } from './deadlocks.ts';
import type { JobEffects, ReserveRequest } from './effects.ts';
import { Ending, type EndingStep } from './ending.ts';
import {
  causeOf,
  endPredicate,
  failedRanks,
  failureExitCode,
  failureReason,
  type LostHost,
  type RankFailure,
} from './failure.ts';
import type { Growth } from './growth.ts';
import { Growths } from './growths.ts';
import { JobStore } from './job-store.ts';
import { Leftovers } from './leftovers.ts';
import { Names } from './names.ts';
import type { SuperviseOptions } from './options.ts';
import type { RankState } from './rank-state.ts';
import { Reporter } from './reporter.ts';
import { Told } from './told.ts';
import { Unfinalized } from './unfinalized.ts';
import { Verdict } from './verdict.ts';
import { whereTable } from './where-table.ts';
import { Whereabouts } from './whereabouts.ts';
import { World } from './world.ts';

/** After a failure the others have this long to end by themselves, however busy the machine is. */
const MOMENT_MS = 500;
/** After `abort` they have this long to say their last words. */
const ABORT_MS = 250;
/** Between SIGTERM and SIGKILL after a failure or a timeout, without `--grace`. */
const TERM_MS = 250;
/** Between a signal passed on and SIGKILL, without `--grace`. */
const SIGNAL_GRACE_SECONDS = 2;
/** How long ranks have to say where they are. */
const WHERE_MS = 500;
/** The same when a rank died: the answers must come before the others are ended. */
const WHERE_AFTER_DEATH_MS = 200;
/**
 * A second SIGINT sooner than this is an echo of the first: npm and npx pass on a Ctrl-C that the
 * terminal has sent to everybody already.
 */
const ECHO_MS = 100;

/** The exit code of a job that is in a deadlock. */
const DEADLOCK_CODE = 125;

const KILL_NOW: readonly EndingStep[] = [{ afterMs: 0, signal: 'SIGKILL' }];

/** The signals to the launcher that a job answers to. */
export type JobSignal =
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGHUP'
  | 'SIGQUIT'
  | 'SIGTSTP'
  | 'SIGCONT'
  | 'SIGUSR2';

/**
 * One job's decisions: who is told what, whether the job has failed, who is ended, what is reported.
 *
 * It takes events, one method each, and acts through `JobEffects` alone, so that it is the same with
 * real processes and with none. The job begins when it is made.
 */
export class Job {
  readonly #options: SuperviseOptions;
  readonly #context: ReportContext;
  readonly #effects: JobEffects;
  readonly #names: Names;
  readonly #world: World;
  readonly #growths: Growths;
  readonly #whereabouts: Whereabouts;
  readonly #ending: Ending;
  readonly #leftovers: Leftovers;
  readonly #verdict: Verdict;
  readonly #apart: Apart;
  readonly #unfinalized: Unfinalized;
  readonly #reporter: Reporter;
  readonly #store: JobStore;
  readonly #deadlocks: Deadlocks;
  readonly #cancelTimeout: (() => void) | undefined;
  /** Set if something other than a rank's failure ends the job. */
  #stopCode: number | undefined;
  #interruptedAt: number | undefined;
  #done = false;

  constructor(options: SuperviseOptions, uncounted: JobEffects) {
    const told = new Told(uncounted);
    const { effects } = told;
    this.#options = options;
    this.#names = new Names(options.size, (rank) => options.hostOf(rank));
    this.#context = { names: this.#names, cwd: options.cwd };
    this.#effects = effects;
    this.#world = new World(options.size, effects, options.check);
    this.#growths = new Growths(effects, this.#world);
    this.#store = new JobStore((rank, message) => effects.send(rank, message));
    this.#whereabouts = new Whereabouts({
      effects,
      world: this.#world,
      store: this.#store,
      names: this.#names,
    });
    this.#ending = new Ending(effects, () => this.#remaining());
    this.#leftovers = new Leftovers(effects, () => this.#progress());
    this.#verdict = new Verdict(effects, (main) => this.#onMain(main));
    this.#apart = new Apart({
      effects,
      remaining: (group) => this.#remaining().filter((rank) => group.includes(rank)),
      onMain: (main, group) => this.#onApart(main, group),
    });
    this.#unfinalized = new Unfinalized({
      effects,
      world: this.#world,
      isDecided: () => this.#decided,
      onWatch: (rank, patienceMs) => this.#askWho(rank, patienceMs),
      onMissed: (failure) => this.#record(failure, false),
    });
    this.#reporter = new Reporter(options, this.#context, effects);
    this.#deadlocks = new Deadlocks({
      effects,
      world: this.#world,
      told,
      holders: () => this.#store.holders(),
      onFound: () => this.#onDeadlock(),
    });
    const { timeoutSeconds } = options;
    if (timeoutSeconds !== undefined) {
      const onTimeout = (): void => this.#onTimeout(timeoutSeconds);
      this.#cancelTimeout = effects.setTimer(timeoutSeconds * 1000, onTimeout);
    }
  }

  /** How many processes there are or were, or are to be. */
  get size(): number {
    return this.#world.ranks.length;
  }

  hasEnded(rank: number): boolean {
    return this.#world.state(rank).phase === 'ended';
  }

  /** Whether a rank is to be started: not if the ranks are being ended, or those with whom it was spawned. */
  wants(rank: number): boolean {
    return !this.#ending.begun && !this.#world.state(rank).dismissed;
  }

  /** A rank's process runs. */
  started(rank: number, pid: number): void {
    const state = this.#world.state(rank);
    if (state.hostLost) return;
    state.phase = 'running';
    state.pid = pid;
    if (this.#ending.begun) this.#ending.join(rank);
    else if (state.dismissed) this.#effects.kill(rank, 'SIGKILL');
  }

  /** A rank was not started: because of `error`, or because it is not wanted any more. */
  notStarted(rank: number, error?: Error): void {
    const state = this.#world.state(rank);
    state.phase = 'ended';
    if (error !== undefined && !this.#ending.begun && !state.hostLost) {
      const siblings = this.#growths.fail(rank, error.message);
      if (siblings === undefined) {
        this.#stopWith(1, `tsrun: ${error.message}`);
        this.#ending.begin(KILL_NOW);
      }
      for (const sibling of siblings ?? []) this.#effects.kill(sibling.rank, 'SIGKILL');
    }
    if (state.dismissed) this.#lose(state, `${this.#names.one(rank)} was not started`);
    this.#world.gone(state);
    this.#progress();
  }

  /**
   * The processes that a rank asked for are ready to be started.
   *
   * @returns false if they are wanted no more, which the rank has been told
   */
  grow(growth: Growth): boolean {
    const { asker, id, names } = growth;
    if (!this.#admits(asker, id)) return false;
    this.#names.grow(names);
    this.#world.grow(growth);
    this.#growths.begin(growth);
    return true;
  }

  /**
   * Give numbers to processes of another job, which a rank asked for.
   *
   * @returns false if they are wanted no more, which the rank has been told
   */
  reserve(asker: number, { id, count, name }: ReserveRequest): boolean {
    if (!this.#admits(asker, id)) return false;
    this.#names.grow(Array.from({ length: count }, (_, rank) => ({ rank, program: name })));
    const first = this.#world.reserve(count, asker);
    this.#effects.send(asker, { kind: 'spawned', id, first, count });
    return true;
  }

  /** A rank cannot have the processes that it asked for. */
  notSpawned(rank: number, id: number, reason: string): void {
    if (!this.#done) this.#growths.refuse(rank, id, reason);
  }

  /** A rank sent a message. */
  message(rank: number, message: FromRank): void {
    const state = this.#world.state(rank);
    if (state.phase === 'ended') return;
    switch (message.kind) {
      case 'store':
        // This changes nothing else, and there may be many.
        this.#store.take(rank, message.calls);
        return;
      case 'stands':
        if (this.#options.onDeadlock !== 'ignore') this.#deadlocks.take(rank, message.standing);
        return;
      case 'joined':
        this.#world.join(state, message.address);
        break;
      case 'finalizing':
        // Before the others hear of it: what they wait for may be theirs now.
        this.#store.gone(rank);
        this.#world.enterFinalize(state, message);
        if (state.dismissed) this.#world.letGo(state);
        break;
      case 'unmatched':
        if (!this.#options.quiet) {
          const lineOf: LineOf = ({ process, line }) =>
            this.#world.ranks[process]?.finalizing?.lines?.[line];
          this.#effects.note(unmatchedText(rank, message, lineOf, this.#context));
        }
        break;
      case 'failed':
      case 'abort':
        this.#fail(state, { rank, ...message });
        break;
      case 'waits':
        this.#whereabouts.answer(rank, message);
        break;
      case 'progress':
        this.#effects.progress(rank, message.text, message.kept);
        break;
      case 'disconnected':
        this.#world.disconnect(state, message);
        break;
      case 'serving':
        state.tolerant = true;
        break;
      case 'dismiss':
        for (const process of message.processes) this.#dismiss(process, message.atOnce);
        break;
      case 'spawn':
        if (this.#admits(rank, message.id)) this.#effects.spawn(rank, message);
        break;
      case 'reserve':
        if (this.#admits(rank, message.id)) this.#effects.reserve(rank, message);
        break;
      case 'foreign':
        this.#world.foreign(rank, message.process, message.end);
        break;
    }
    this.#progress();
  }

  /** A rank's process is gone, and all its messages have been handed in. */
  ended(rank: number, end: RankEnd): void {
    const state = this.#world.state(rank);
    if (state.hostLost) return;
    state.phase = 'ended';
    state.end = end;
    state.stopped = this.#ending.signalled(rank) && !state.failed;
    this.#whereabouts.ended(rank);
    this.#judgeEnd(state, end);
    this.#world.gone(state);
    this.#store.gone(rank);
    this.#leftovers.ended(rank);
    this.#progress();
  }

  /** A rank's standard output and standard error have come to their end. */
  outputClosed(rank: number): void {
    this.#world.state(rank).outputClosed = true;
    this.#reporter.outputClosed(rank);
    this.#leftovers.closed(rank);
  }

  /**
   * A host was lost, and with it all of its ranks of which anything is left: for the job they have ended.
   *
   * To be called before the starter says how they ended; what is said of them later counts no more.
   * Whoever calls this has let go of the host, so that what still runs there ends by itself.
   */
  hostLost(host: LostHost): void {
    const gone = host.ranks.map((rank) => this.#world.state(rank)).filter(hasRest);
    const [first] = gone;
    if (this.#done || first === undefined) return;
    const failure: RankFailure = { kind: 'host-lost', rank: first.rank, host };
    for (const state of gone) {
      state.phase = 'ended';
      state.hostLost = true;
      state.failed = true;
      this.#whereabouts.ended(state.rank);
    }
    const vital = gone.filter((state) => !state.tolerant);
    const tolerant = vital.length === 0;
    const group = this.#apartOf(...vital);
    if (!this.#decided && !tolerant && group === undefined) {
      this.#askWho(first.rank, WHERE_AFTER_DEATH_MS);
    }
    for (const state of gone) this.#lose(state, failureReason(failure, this.#names));
    if (this.#stopCode === undefined && tolerant) this.#tolerate(failure);
    else if (group !== undefined) this.#apart.record(group, failure, false);
    else if (this.#stopCode === undefined) this.#judgeJob(failure, false);
    else this.#effects.note(failureText(failure, this.#context));
    for (const state of gone) {
      this.#world.gone(state);
      this.#store.gone(state.rank);
    }
    const started = gone.filter(({ pid }) => pid !== 0);
    this.#leftovers.ended(...started.map(({ rank }) => rank));
    this.#progress();
  }

  /** The launcher itself got a signal. */
  signal(signal: JobSignal): void {
    if (this.#done) return;
    switch (signal) {
      case 'SIGINT':
        this.#interrupt();
        break;
      case 'SIGTERM':
        this.#endPolitely(signal, 'SIGTERM', 143);
        break;
      case 'SIGHUP':
        this.#endPolitely(signal, 'SIGTERM', 129);
        break;
      case 'SIGQUIT':
        this.#showWhere('where the ranks are (Ctrl-\\)', () => {});
        break;
      case 'SIGTSTP':
        this.#signalRunning('SIGSTOP');
        this.#effects.suspend();
        break;
      case 'SIGCONT':
      case 'SIGUSR2':
        this.#signalRunning(signal);
        break;
    }
  }

  /** End the job quickly, for a reason outside the ranks; a failure known by now keeps its code. */
  stop(exitCode: number, text?: string): void {
    if (this.#done) return;
    this.#stopWith(exitCode, text);
    this.#ending.begin([
      { afterMs: 0, signal: 'SIGTERM' },
      { afterMs: TERM_MS, signal: 'SIGKILL' },
    ]);
  }

  /** A process is not needed any more. */
  #dismiss(process: number, atOnce: boolean): void {
    const state = this.#world.ranks[process];
    if (state === undefined || !state.tolerant || state.phase === 'ended') return;
    state.dismissed = true;
    if (atOnce) this.#effects.kill(process, 'SIGKILL');
    else this.#world.letGo(state);
  }

  #judgeEnd(state: RankState, end: RankEnd): void {
    const lose = (predicate: string): void =>
      this.#lose(state, `${this.#names.one(state.rank)} ${predicate}`);
    if (state.failed || state.stopped || state.dismissed) lose(endPredicate(end));
    else if (end.code !== 0) this.#judgeDeath(state, end);
    else if (!state.joined) lose('ended without using tsmpi');
    else if (state.finalizing === undefined) this.#judgeUnfinalized(state);
    // Once all are in finalize nobody needs anybody any more.
    else if (!this.#world.finalized) lose(state.left ? 'has left' : 'ended in finalize');
    // It has no failure of its own that could still come.
    if (state.failed) return;
    this.#apart.settle(state.rank);
    if (this.#verdict.blames(state.rank)) this.#verdict.settle();
  }

  /** Tell the others that they must do without this rank, and why. */
  #lose(state: RankState, reason: string): void {
    // All have been asked to end, and each is to do so in its own way, whoever is faster.
    if (this.#stopCode === undefined) this.#world.lose(state, reason);
  }

  #judgeDeath(state: RankState, end: RankEnd): void {
    if (!this.#decided && !state.tolerant && this.#apartOf(state) === undefined) {
      this.#askWho(state.rank, WHERE_AFTER_DEATH_MS);
    }
    this.#fail(state, { kind: 'died', rank: state.rank, pid: state.pid, end });
  }

  #judgeUnfinalized(state: RankState): void {
    const failure: RankFailure = { kind: 'unfinalized', rank: state.rank };
    if (state.tolerant) {
      this.#tolerate(failure);
    } else if (!this.#decided) {
      if (this.#blames(state.rank)) this.#record(failure, false);
      else this.#unfinalized.add(failure);
    }
    this.#lose(state, failureReason(failure, this.#names));
  }

  #fail(state: RankState, failure: RankFailure): void {
    // What a rank does after it was told to end is no failure of its own.
    const own = !state.failed && !state.dismissed && !this.#ending.signalled(state.rank);
    if (own) state.failed = true;
    this.#lose(state, failureReason(failure, this.#names));
    if (!own || this.#stopCode !== undefined) return;
    if (state.tolerant && failure.kind !== 'abort') {
      this.#tolerate(failure);
      return;
    }
    const cause = causeOf(failure);
    const early = this.#decided ? undefined : this.#unfinalized.take(cause);
    if (early !== undefined) this.#record(early, false);
    if (failure.kind === 'abort') {
      this.#judgeJob(failure, false);
      this.#endAborted();
    } else {
      this.#record(failure, this.#mayFail(cause));
    }
  }

  #record(failure: RankFailure, causeMayCome: boolean): void {
    const group = this.#apartOf(this.#world.state(failure.rank));
    if (group !== undefined) {
      this.#apart.record(group, failure, causeMayCome);
      return;
    }
    this.#judgeJob(failure, causeMayCome);
  }

  /** Take in a failure that may be the job's. */
  #judgeJob(failure: RankFailure, causeMayCome: boolean): void {
    this.#verdict.record(failure, causeMayCome);
    if (this.#options.onFailure === 'continue') this.#reporter.further(this.#verdict.others);
  }

  /** Tell of a failure that is not the job's. */
  #tolerate(failure: RankFailure): void {
    if (this.#options.quiet || this.#decided) return;
    const tail = this.#effects.tail(failure.rank);
    this.#effects.note(toleratedText(failure, this.#context, tail));
  }

  #onMain(main: RankFailure): void {
    this.#reporter.main(main, this.#world.state(main.rank).outputClosed);
    if (this.#options.onFailure === 'continue') return;
    this.#world.end(main.rank, failureReason(main, this.#names));
    if (this.#ending.begun) return;
    this.#ending.begin(this.#endingSteps);
  }

  /** Whether a failure waits for its cause, and blames this rank for it. */
  #blames(rank: number): boolean {
    return this.#verdict.blames(rank) || this.#apart.blames(rank);
  }

  /**
   * Those that are connected with any of these, if none of the first world is, somebody else goes on, and the job is not at its end
   * anyway: what ends them is not the failure of the others.
   */
  #apartOf(...states: readonly RankState[]): readonly number[] | undefined {
    if (this.#decided || states.length === 0) return undefined;
    return this.#world.apart(states);
  }

  /** A failure ends those that are connected with whoever failed. */
  #onApart(main: RankFailure, group: readonly number[]): void {
    this.#effects.note(apartText(main, this.#context, this.#effects.tail(main.rank)));
    if (this.#options.onFailure === 'continue') return;
    this.#world.endGroup(group, main.rank, failureReason(main, this.#names));
    for (const rank of group) this.#world.state(rank).dismissed = true;
    this.#apart.end(group, this.#endingSteps);
  }

  get #endingSteps(): readonly EndingStep[] {
    return [
      { afterMs: MOMENT_MS, signal: 'SIGTERM' },
      { afterMs: MOMENT_MS + this.#termMs, signal: 'SIGKILL' },
    ];
  }

  #endAborted(): void {
    this.#ending.begin([{ afterMs: ABORT_MS, signal: 'SIGKILL' }]);
  }

  /** It is known why the job does not end well. */
  get #decided(): boolean {
    return this.#verdict.main !== undefined || this.#stopCode !== undefined;
  }

  /** Whether a rank may have processes: the job goes on, and somebody could yet hear of them. If not, it is told so. */
  #admits(asker: number, id: number): boolean {
    if (this.#done) return false;
    const isEnding = this.#ending.begun || this.#stopCode !== undefined || this.#world.finalized;
    const admitted = !isEnding && !this.hasEnded(asker);
    if (!admitted) this.#growths.over(asker, id);
    return admitted;
  }

  get #termMs(): number {
    const { graceSeconds } = this.#options;
    return graceSeconds === undefined ? TERM_MS : graceSeconds * 1000;
  }

  /** Whether a failure of this rank is known that waits for its own cause, or may yet come. */
  #mayFail(rank: number | undefined): boolean {
    const state = rank === undefined ? undefined : this.#world.ranks[rank];
    // One that is tolerated has no failure that could become the job's.
    if (state === undefined || state.tolerant) return false;
    return state.failed || state.phase !== 'ended';
  }

  /** Do what the last event made possible. Harmless to call at any time. */
  #progress(): void {
    if (this.#done) return;
    this.#world.progress();
    this.#growths.progress();
    this.#unfinalized.watch();
    if (this.#world.ended && this.#leftovers.settled) this.#finish();
  }

  #interrupt(): void {
    const now = this.#effects.now();
    if (this.#interruptedAt !== undefined && now - this.#interruptedAt < ECHO_MS) return;
    this.#interruptedAt ??= now;
    if (this.#ending.begun) this.#ending.begin(KILL_NOW);
    else this.#endPolitely('SIGINT', 'SIGINT', 130);
  }

  #endPolitely(got: NodeJS.Signals, passedOn: NodeJS.Signals, exitCode: number): void {
    if (this.#ending.begun) return;
    const graceSeconds = this.#options.graceSeconds ?? SIGNAL_GRACE_SECONDS;
    this.#stopWith(exitCode, this.#options.quiet ? undefined : signalText(got, graceSeconds));
    this.#ending.begin([
      { afterMs: 0, signal: passedOn },
      { afterMs: graceSeconds * 1000, signal: 'SIGKILL' },
    ]);
  }

  #onTimeout(seconds: number): void {
    if (this.#ending.begun) return;
    this.#stopWith(124, timeoutText(seconds));
    this.#showWhere('where the ranks were', () => {
      if (this.#ending.begun) return;
      this.#ending.begin([
        { afterMs: 0, signal: 'SIGTERM' },
        { afterMs: this.#termMs, signal: 'SIGKILL' },
      ]);
    });
  }

  /** Ranks are stuck: show where they are, and end the job unless it is only to be shown. */
  #onDeadlock(): void {
    if (this.#ending.begun || this.#decided) return;
    this.#whereabouts.find(WHERE_MS, (places) => {
      const found = this.#ending.begun || this.#decided ? undefined : this.#deadlocks.news();
      if (found === undefined) return;
      const text = deadlockText(found.circles, places, this.#context);
      if (this.#options.onDeadlock === 'show') this.#effects.note(text);
      else this.stop(DEADLOCK_CODE, text);
    });
  }

  /** Take on a reason to end that is no rank's failure; one that is known already keeps its code. */
  #stopWith(exitCode: number, text: string | undefined): void {
    if (!this.#decided) {
      this.#stopCode = exitCode;
      this.#verdict.dismiss();
    }
    if (text !== undefined) this.#effects.note(text);
  }

  #showWhere(title: string, then: () => void): void {
    this.#whereabouts.find(WHERE_MS, (places) => {
      this.#effects.note(whereTable(title, places, this.#context));
      then();
    });
  }

  /** Ask who waits for a rank that is gone; to be done before they are told and wait no more. */
  #askWho(lost: number, patienceMs: number): void {
    this.#whereabouts.find(patienceMs, (places) => this.#reporter.places(lost, places));
  }

  /** Ranks of which anything is left, be it only what they started. */
  #remaining(): number[] {
    const left = this.#world.ranks.filter(({ rank, phase, pid, hostLost }) => {
      if (hostLost) return false;
      return phase === 'running' || (pid !== 0 && this.#effects.alive(rank));
    });
    return left.map(({ rank }) => rank);
  }

  #signalRunning(signal: NodeJS.Signals): void {
    for (const { rank } of this.#world.running) this.#effects.kill(rank, signal);
  }

  #finish(): void {
    this.#done = true;
    this.#verdict.settle();
    this.#apart.finish();
    this.#cancelTimeout?.();
    this.#unfinalized.finish();
    this.#whereabouts.finish();
    this.#ending.cancel();
    const { main } = this.#verdict;
    const exitCode =
      main === undefined ? (this.#stopCode ?? this.#apart.exitCode ?? 0) : failureExitCode(main);
    if (main !== undefined) this.#reportEnd(main, exitCode);
    this.#effects.done(exitCode);
  }

  #reportEnd(main: RankFailure, exitCode: number): void {
    const others = this.#verdict.others;
    const early = this.#unfinalized.failures.filter((failure) => failure !== main);
    this.#reporter.further([...early, ...others]);
    if (this.#options.quiet) return;
    const stopped = this.#world.ranks.filter((state) => state.stopped).map(({ rank }) => rank);
    if (stopped.length > 0) {
      this.#effects.note(stoppedText(main, stopped, exitCode, this.#names));
    } else if (this.#options.onFailure === 'continue' && main.kind !== 'abort') {
      const failed = new Set([main, ...others].flatMap(failedRanks));
      this.#effects.note(continuedText([...failed], this.#world.own.length, exitCode, this.#names));
    }
  }
}

/** Whether a rank can still end, or is yet to hand in output. */
function hasRest({ phase, pid, outputClosed, hostLost }: RankState): boolean {
  return !hostLost && (phase !== 'ended' || (pid !== 0 && !outputClosed));
}
