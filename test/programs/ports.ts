import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { until } from '../helpers/launcher.ts';
import { Run, type RunOptions } from '../helpers/run.ts';

/** The program as Node runs it. */
const PROGRAM = fileURLToPath(new URL('../ranks/two-jobs.js', import.meta.url));

/** The jobs of one test, which share a folder for ports that no other test has. */
class Jobs {
  readonly #t: ExecutionContext;
  readonly #runtime: string;
  #first = true;

  constructor(t: ExecutionContext) {
    this.#t = t;
    this.#runtime = mkdtempSync(join(tmpdir(), 'ports-'));
    t.teardown(() => rmSync(this.#runtime, { recursive: true, force: true }));
  }

  /** What lies in the folder for ports. */
  files(): string[] {
    return readdirSync(join(this.#runtime, 'tsmpi'));
  }

  /** Start one by tsrun. @param options  of it, as in `-n 2 on a,b` for hosts with those names */
  tsrun(options: string, words: string, more: RunOptions = {}): Promise<Run> {
    const [given = '', hosts] = options.split(' on ');
    const agents = hosts === undefined ? [] : ['-H', hosts, '--launcher', 'sh -c "{command}"'];
    const args = [...given.split(' '), ...agents, 'two-jobs.ts', ...words.split(' ')];
    return Run.tsrun(this.#t, args, { ...this.#options(), ...more });
  }

  /** Start one by plain Node. */
  node(words: string): Promise<Run> {
    return Run.node(this.#t, [PROGRAM, ...words.split(' ')], this.#options());
  }

  #options(): RunOptions {
    const beside = !this.#first;
    this.#first = false;
    return { env: { XDG_RUNTIME_DIR: this.#runtime }, beside };
  }
}

/** Ask a job where its ranks are until it shows this. */
async function shown(t: ExecutionContext, run: Run, ...texts: readonly RegExp[]): Promise<void> {
  const asking = setInterval(() => {
    if (run.catches('SIGQUIT')) run.signal('SIGQUIT');
  }, 300);
  t.teardown(() => clearInterval(asking));
  await run.told(...texts);
  clearInterval(asking);
}

for (const [server, client] of [
  ['-n 2', '-n 2'],
  ['-n 1', '-n 3'],
  ['-n 2 on a,b', '-n 2'],
  ['-n 3', '-n 2 on a,b'],
  ['-n 2 --transport zeromq', '-n 2 --transport zeromq-tcp'],
  ['-n 2 --eager 0 --coll allreduce=ring', '-n 2 --check --eager inf'],
] as const) {
  for (const network of ['', ' network']) {
    test(`two jobs meet, and do all that groups can do: ${server} and ${client}${network}`, async (t) => {
      const jobs = new Jobs(t);
      const one = await jobs.tsrun(server, `server whole${network}`);
      const two = await jobs.tsrun(client, `client whole${network}`);
      const end = await two.ended;
      t.like(end, { stdout: 'done\n', stderr: '', code: 0 });
      const { code, stdout, stderr } = await one.ended;
      t.is(stderr, '');
      t.regex(stdout, /^open at tsmpi:.*\ndone\n$/);
      t.is(code, 0);
      t.deepEqual(jobs.files(), []);
    });
  }
}

test('programs that plain Node runs meet likewise', async (t) => {
  const jobs = new Jobs(t);
  const one = await jobs.node('server whole');
  const two = await jobs.node('client whole');
  t.like(await two.ended, { stdout: 'done\n', code: 0 });
  t.is((await one.ended).code, 0);
  t.deepEqual(jobs.files(), []);
});

for (const network of ['', ' network']) {
  test(`a job that leaves at once loses nothing of what it has sent${network}`, async (t) => {
    const jobs = new Jobs(t);
    const one = await jobs.tsrun('-n 2', `server leave${network}`);
    const two = await jobs.tsrun('-n 2', `client leave${network}`);
    t.is((await two.ended).code, 0);
    const { code, stdout } = await one.ended;
    t.regex(stdout, /all there\n$/);
    t.is(code, 0);
  });
}

test('several clients are served at once', async (t) => {
  const jobs = new Jobs(t);
  const server = await jobs.tsrun('-n 2', 'server many 3');
  const clients = [
    await jobs.tsrun('-n 1', 'client many'),
    await jobs.tsrun('-n 2', 'client many'),
    await jobs.node('client many'),
  ];
  for (const client of clients) t.is((await client.ended).code, 0);
  const { code, stdout } = await server.ended;
  t.regex(stdout, /served 3\n$/);
  t.is(code, 0);
});

test('a server whose client is killed goes on, and serves the next one', async (t) => {
  const jobs = new Jobs(t);
  const server = await jobs.tsrun('-n 2', 'server survive');
  const first = await jobs.tsrun('-n 1', 'client survive hang');
  // What it has sent goes with it, until it is heard.
  await server.told('heard hello');
  process.kill(first.ranks()[0] as number, 'SIGKILL');
  const lost =
    /ERR_PROC_FAILED: rank \d of accept of world .*: receive from 0, any tag: .*\(in the other job, two-jobs\.ts \(process \d+\)\)|ERR_PROC_FAILED: rank \d of accept .*the other job, two-jobs\.ts \(process \d+\), is gone/;
  await server.told(lost);
  const next = await (await jobs.node('client survive')).ended;
  const { code, stdout, stderr } = await server.ended;
  t.is(next.code, 0, `${next.stderr}${stdout}${stderr}`);
  t.regex(stdout, /served the next one\n$/);
  t.is(stderr, '');
  t.is(code, 0);
});

test('a client that is killed while it is met is forgotten, and the next one is accepted', async (t) => {
  const jobs = new Jobs(t);
  const server = await jobs.tsrun('-n 2', 'server half');
  const first = await jobs.tsrun('-n 2', 'client half half');
  await first.told('goes there');
  const second = await jobs.tsrun('-n 2', 'client half');
  await second.told('goes there');
  for (const pid of first.ranks()) process.kill(pid, 'SIGKILL');
  t.is((await second.ended).code, 0);
  const { code, stdout, stderr } = await server.ended;
  t.regex(stdout, /the second one was accepted\n$/);
  t.is(stderr, '');
  t.is(code, 0);
});

test('a client whose server is killed is told so, and its job is none the worse', async (t) => {
  const jobs = new Jobs(t);
  const server = await jobs.node('server wait');
  const client = await jobs.tsrun('-n 2', 'client wait');
  await client.told('waits');
  server.signal('SIGKILL');
  const { code, stdout, stderr } = await client.ended;
  t.is(
    stdout.match(/ERR_PROC_FAILED: .*the other job, two-jobs\.js \(process \d+\), is gone/g)
      ?.length,
    2,
  );
  t.is(stderr, '');
  t.is(code, 0);
  t.is(jobs.files().length, 2, 'its name and its socket are left');
  // Whoever comes next takes both away, and the name is free.
  const next = await jobs.tsrun('-n 1', 'server whole');
  await next.told('open at');
  t.is(jobs.files().length, 2);
  const last = await jobs.node('client whole');
  t.is((await last.ended).code, 0);
  t.is((await next.ended).code, 0);
  t.deepEqual(jobs.files(), []);
});

test('a name that is published by a living process is refused, and tells whose it is', async (t) => {
  const jobs = new Jobs(t);
  const one = await jobs.node('server alone');
  await one.told('open at');
  const two = await jobs.node('server alone');
  const { code, stderr } = await two.ended;
  t.is(code, 1);
  t.true(stderr.includes(`'two jobs' is published already, by process ${one.pid};`), stderr);
  one.signal('SIGKILL');
  await one.ended;
});

test('Ctrl-\\ shows who waits at which port, and for which service', async (t) => {
  const jobs = new Jobs(t);
  const looking = await jobs.tsrun('-n 2', 'client alone');
  await until('it looks', () => looking.ranks().length === 2);
  await shown(t, looking, /rank 0 +waits .*ports\.lookUp of 'two jobs' +two-jobs\.ts:\d+/);
  const server = await jobs.tsrun('-n 2', 'server alone');
  await Promise.all([looking.ended, server.ended]);
  const again = await jobs.tsrun('-n 2', 'server alone');
  await again.told('open at');
  await shown(
    t,
    again,
    /rank 0 +waits .*accept\(root 0\) at port 'two jobs' \(tsmpi:unix:.*\) +two-jobs\.ts/,
    /rank 1 +waits .*accept\(root 0\) #1 +two-jobs\.ts/,
  );
  again.signal('SIGINT');
  again.signal('SIGINT');
  t.is((await again.ended).code, 130);
  t.pass();
});

for (const network of ['', ' network']) {
  test(`jobs that have disconnected have no part in each other any more${network}`, async (t) => {
    const jobs = new Jobs(t);
    const server = await jobs.tsrun('-n 2 --stdin all', `server part${network}`, { stdin: 'open' });
    const client = await jobs.tsrun('-n 2', `client part${network}`);
    await server.told(/apart\n(?:.*\n)*apart\n/);
    await client.told(/apart\n(?:.*\n)*apart\n/);
    client.signal('SIGKILL');
    await client.ended;
    server.stdin.end();
    const { code, stdout, stderr } = await server.ended;
    t.regex(stdout, /goes on\n$/);
    t.is(stderr, '');
    t.is(code, 0);
  });
}

test('jobs that have spawned others before and after meet', async (t) => {
  const jobs = new Jobs(t);
  const one = await jobs.tsrun('-n 2', 'server grow');
  const two = await jobs.tsrun('-n 2', 'client grow');
  t.like(await two.ended, { stdout: 'grown\n', stderr: '', code: 0 });
  t.is((await one.ended).code, 0);
});

test('mistakes are told at once, on all ranks', async (t) => {
  const jobs = new Jobs(t);
  const run = await jobs.tsrun('-n 3', 'server mistakes');
  t.like(await run.ended, { stdout: 'as they should\n', stderr: '', code: 0 });
  t.deepEqual(jobs.files(), []);
  const alone = await jobs.node('server mistakes');
  t.like(await alone.ended, { stdout: 'as they should\n', code: 0 });
});
