import { MpiError } from '../base/error.ts';
import type { FromRank, SegmentStart, ToRank, Wait } from '../control/message.ts';
import type { ControlPipe } from '../control/pipe.ts';
import { StackFilter } from './stack.ts';

/** What a program that plain Node runs does with what its launcher says. */
export interface Adopted {
  waits(filter: StackFilter): Promise<Wait[]>;
  readonly finalizing: boolean;
  /** There is a launcher now: the private folder of its job, and the memory that it has made in this file, if it has. */
  adopted(folder: string, segment: SegmentStart | undefined, file: number | undefined): void;
  onMessage(message: ToRank): void;
  /** The launcher is gone, and with it all that it had started. */
  abandoned(): void;
}

/**
 * The pipe from a program that plain Node runs to a launcher of its own, which is started when it is first needed.
 *
 * Until then nothing is sent, and nothing is kept alive.
 */
export class Adoption implements ControlPipe {
  readonly #program: Adopted;
  readonly #filter = new StackFilter(new URL('.', import.meta.url).href);
  #pipe: ControlPipe | undefined;
  /** What the launcher was given to make memory of. */
  #file: number | undefined;
  #starting: Promise<void> | undefined;
  #holds = 0;

  constructor(program: Adopted) {
    this.#program = program;
  }

  /** There is a launcher. */
  get begun(): boolean {
    return this.#pipe !== undefined;
  }

  /** See that there is a launcher. @throws MpiError `ERR_SPAWN` if it cannot be started */
  begin(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  send(message: FromRank): void {
    this.#pipe?.send(message);
  }

  onMessage(): void {}

  onLost(): void {}

  hold(): void {
    this.#holds += 1;
    this.#pipe?.hold();
  }

  release(): void {
    this.#holds -= 1;
    this.#pipe?.release();
  }

  rest(resting: boolean): void {
    this.#pipe?.rest(resting);
  }

  async #start(): Promise<void> {
    // Loaded only now: no rank of tsrun needs it.
    const { startLauncher } = await import('./launcher-process.ts');
    const { pipe, file } = startLauncher();
    this.#pipe = pipe;
    this.#file = file;
    for (let held = 0; held < this.#holds; held += 1) pipe.hold();
    // From here on it goes by what it holds; until the launcher has answered that is this.
    pipe.hold();
    await new Promise<void>((resolve, reject) => {
      pipe.onMessage((message) => {
        this.#take(message);
        if (message.kind === 'adopted') resolve();
      });
      pipe.onLost(() => {
        reject(new MpiError('ERR_SPAWN', 'the launcher ended as soon as it was started'));
        this.#program.abandoned();
      });
    });
    pipe.release();
  }

  #take(message: ToRank): void {
    switch (message.kind) {
      case 'adopted':
        this.send({ kind: 'joined' });
        this.#program.adopted(message.folder, message.segment, this.#file);
        break;
      case 'where': {
        const { finalizing } = this.#program;
        void this.#program.waits(this.#filter).then((waits) => {
          this.send({ kind: 'waits', id: message.id, waits, finalizing });
        });
        break;
      }
      default:
        this.#program.onMessage(message);
    }
  }
}
