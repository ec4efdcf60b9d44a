/**
 * Make hosts on this machine by hand, and break them: `bed.js --help`.
 */

import { parseArgs } from 'node:util';
import { Bed } from './bed/bed.ts';
import { Slurm } from './bed/slurm.ts';
import { extendPath } from './requirements.ts';

const HELP = `hosts on this machine, each with its own network, processes and sshd; needs root

  bed.js up N [--private] [--slots S] [--decoy]   make node1 … nodeN, and print how to reach them
      --private[=node1,node2]  these, or all, see neither this package nor homes nor temporary files
      --decoy                  each has an address more, the same everywhere, which reaches nobody
  bed.js slurm [PROCESSORS]     have Slurm run on all hosts; each claims so many processors (4)
  bed.js list                   the beds that are open
  bed.js down [--all]           end a bed

  bed.js kill HOST              end all its processes; peers see connections close
  bed.js crash HOST             the same, and peers see nothing
  bed.js cut HOST               nothing gets to it, nor from it
  bed.js split HOST HOST        these two lose each other
  bed.js pause HOST             it takes connections, and says nothing
  bed.js rate HOST MBIT         limit what it sends and receives
  bed.js signal HOST SIGNAL PATTERN   to its processes whose command line matches
  bed.js run HOST COMMAND…      on the host, as if somebody had logged in
  bed.js restore HOST           undo all of that

  --bed NUMBER                  which bed, where several are open`;

class UsageError extends Error {}

type Values = ReturnType<typeof read>['values'];

function read(args: readonly string[]) {
  // What follows `run HOST` is not ours.
  const own = args.indexOf('run') < 0 ? args.length : args.indexOf('run') + 2;
  const { values, positionals } = parseArgs({
    args: args.slice(0, own).map((arg) => (arg === '--private' ? '--private=all' : arg)),
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      all: { type: 'boolean', default: false },
      private: { type: 'string', default: '' },
      decoy: { type: 'boolean', default: false },
      slots: { type: 'string', default: '2' },
      bed: { type: 'string' },
    },
  });
  return { values, positionals: [...positionals, ...args.slice(own)] };
}

function whole(what: string, text = ''): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UsageError(`${what}: give a whole number, not ${JSON.stringify(text)}`);
}

function chosen({ bed }: Values): Bed {
  const beds = Bed.find();
  const found = bed === undefined ? beds : beds.filter(({ number }) => number === Number(bed));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const open = beds.map(({ number }) => number).join(', ') || 'none';
  throw new UsageError(`say which bed with --bed NUMBER; open: ${open}`);
}

async function up(count: number, values: Values): Promise<void> {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupted = true;
    });
  }
  const bed = await Bed.open({
    hosts: count,
    slots: whole('--slots', values.slots),
    private: values.private === 'all' || values.private.split(','),
    decoy: values.decoy,
  });
  if (interrupted) {
    await bed.close();
    process.exitCode = 130;
    return;
  }
  console.log(`bed=${bed.number}\nssh_config=${bed.sshConfig}\nhostfile=${bed.hostfile}`);
}

async function act(action: string, words: readonly string[], values: Values): Promise<void> {
  if (action === 'up') return await up(whole('up', words[0]), values);
  if (action === 'list') {
    for (const { number, folder } of Bed.find()) console.log(`${number} ${folder}`);
    return;
  }
  if (action === 'down') {
    await Promise.all((values.all ? Bed.find() : [chosen(values)]).map((bed) => bed.close()));
    return;
  }
  const bed = chosen(values);
  if (action === 'slurm') {
    const slurm = await Slurm.start(bed, whole('slurm', words[0] ?? '4'));
    console.log(`export SLURM_CONF=${slurm.configuration}`);
    return;
  }
  const [name = '', second = '', ...rest] = words;
  const host = bed.host(name);
  const actions: Record<string, () => unknown> = {
    kill: () => host.kill(),
    crash: () => host.crash(),
    cut: () => bed.cut(name),
    split: () => bed.split(name, second),
    pause: () => bed.pause(name),
    rate: () => bed.rate(name, whole('rate', second)),
    signal: () => host.signal(second as NodeJS.Signals, new RegExp(rest[0] ?? '')),
    run: async () => process.stdout.write(await host.run(second, ...rest)),
    restore: () => bed.restore(name),
  };
  const found = actions[action];
  if (found === undefined) throw new UsageError(`no action ${action}; see --help`);
  await found();
}

extendPath();
try {
  const { values, positionals } = read(process.argv.slice(2));
  const [action, ...words] = positionals;
  if (values.help || action === undefined) console.log(HELP);
  else await act(action, words, values);
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof TypeError;
  console.error(`bed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = isUsage ? 2 : 1;
}
