import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isTooOld } from '../../../src/base/node-version.ts';
import { UsageError } from '../../../src/launch/options/usage-error.ts';
import { bootstrapCommand, framedCode, quoteLine } from '../../../src/launch/remote/bootstrap.ts';
import { NO_NODE_EXIT_CODE } from '../../../src/launch/remote/find-node.ts';
import { describeNoNode, readNoNode } from '../../../src/launch/remote/no-node.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

/** What the script needs besides its shell. */
const TOOLS = ['env', 'head', 'ls', 'sed', 'sort', 'tr'];
/** Shells that login as users of hosts, and read the line; those that are not installed are left out. */
const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'fish', 'tcsh', 'csh', 'ksh', 'busybox']
  .flatMap((name) => [`/bin/${name}`, `/usr/bin/${name}`].find((path) => existsSync(path)) ?? [])
  .map((path) => (path.endsWith('busybox') ? [path, 'sh'] : [path]));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A host on which there is no Node yet. */
interface BareHost {
  readonly home: string;
  readonly tools: string;
  /** Make a file that runs the real Node, which takes itself for another version. @returns its path */
  node(path: string, version?: string): string;
  /** Make a program of the shell. */
  script(path: string, text: string): string;
  bootstrap(options?: {
    readonly node?: string;
    readonly path?: string;
    readonly code?: string;
    readonly input?: string;
    readonly shell?: readonly string[];
    readonly env?: Record<string, string>;
  }): Promise<Ended>;
}

function bareHost(t: ExecutionContext): BareHost {
  const root = tempFolder(t);
  const home = join(root, 'home of a user');
  const tools = join(root, 'tools');
  const script = (path: string, text: string): string => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o700);
    return file;
  };
  mkdirSync(home);
  mkdirSync(tools);
  for (const tool of TOOLS) {
    const path = [`/usr/bin/${tool}`, `/bin/${tool}`].find((file) => existsSync(file));
    if (path !== undefined) symlinkSync(path, join(tools, tool));
  }
  const loginShell = script('login-shell', '. "$HOME/.profile"; eval "$2"');
  writeFileSync(join(home, '.profile'), '');
  return {
    home,
    tools,
    script,
    node: (path, version = process.versions.node) => {
      const lie = join(root, `${path}.cjs`);
      mkdirSync(dirname(lie), { recursive: true });
      writeFileSync(
        lie,
        `Object.defineProperty(process.versions, 'node', { value: '${version}' });`,
      );
      return script(
        path,
        `[ "$1" = -v ] && echo v${version} && exit\nexec '${process.execPath}' -r '${lie}' "$@"`,
      );
    },
    bootstrap: ({
      node,
      path = tools,
      code = '',
      input = '',
      shell = ['/bin/sh'],
      env = {},
    } = {}) => {
      const nowhere = join(root, 'nowhere');
      const command = bootstrapCommand(node).map((word) =>
        word.replaceAll(/\/usr\/local|\/opt\/homebrew/g, nowhere),
      );
      return run([...shell, '-c', quoteLine(command)], `${framedCode(code)}${input}`, {
        HOME: home,
        PATH: path,
        SHELL: loginShell,
        ...env,
      });
    },
  };
}

function run(
  [file = '', ...args]: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, cwd: '/' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** An agent that says where it runs, and what is left for it to read. */
const AGENT = `
  const { readFileSync } = require('node:fs');
  const rest = readFileSync(0, 'utf8');
  console.log([process.versions.node, rest, process.env.MARK ?? '', __filename].join('|'));
  process.exitCode = 3;
`;
const { node: VERSION } = process.versions;

for (const shell of SHELLS) {
  test(`a line of ${shell.join(' ')} is read back to the words it was made of`, async (t) => {
    const words = ['a b', '', '"', '$HOME `id` $(id)', '*?[a]~#;&|<>(){}%^=', '-n', 'é€𝄞', '\t'];
    const command = [
      process.execPath,
      '-p',
      'JSON.stringify(process.argv.slice(1))',
      '--',
      ...words,
    ];
    const { stdout, stderr } = await run([...shell, '-c', quoteLine(command)], '', process.env);
    t.is(stderr, '');
    t.deepEqual(JSON.parse(stdout), words);
  });

  test(`an agent is started from ${shell.join(' ')}`, async (t) => {
    const { node, bootstrap } = bareHost(t);
    const path = `${dirname(node('bin/node'))}:${bareHost(t).tools}`;
    const long = `// ${'€'.repeat(100_000)}\n${AGENT}`;
    t.deepEqual(await bootstrap({ path, shell, code: long, input: '12\nthe rest' }), {
      code: 3,
      stdout: `${VERSION}|12\nthe rest||/tsmpi-agent.cjs\n`,
      stderr: '',
    });
  });
}

test('what cannot be quoted for every shell is refused', (t) => {
  for (const word of ["it's", 'a\nb', 'a\\b', 'wow!']) {
    t.throws(() => quoteLine(['echo', word]));
    t.throws(() => bootstrapCommand(word), { instanceOf: UsageError, message: /^--node "/ });
  }
  t.notThrows(() => quoteLine(bootstrapCommand('/opt/Node 22/bin/node')));
});

test('a Node that is too old is passed over, and has read nothing', async (t) => {
  const { node, tools, bootstrap } = bareHost(t);
  const old = dirname(node('bin/node', '20.18.3'));
  node('home of a user/.volta/bin/node');
  const { code, stdout } = await bootstrap({ path: `${old}:${tools}`, code: AGENT, input: 'all' });
  t.deepEqual([code, stdout], [3, `${VERSION}|all||/tsmpi-agent.cjs\n`]);
});

test("the login shell's PATH is searched, whatever its profile prints and reads", async (t) => {
  const { node, home, bootstrap } = bareHost(t);
  const bin = dirname(node('of profile/node'));
  writeFileSync(
    join(home, '.profile'),
    `echo Welcome; echo PATH=/wrong; cat; export MARK=kept; PATH="${bin}:$PATH"; export PATH`,
  );
  const { stdout, stderr } = await bootstrap({ code: AGENT, input: 'all' });
  t.deepEqual([stdout, stderr], [`${VERSION}|all||/tsmpi-agent.cjs\n`, '']);
});

test('of the versions of nvm the newest is tried first', async (t) => {
  const { node, script, bootstrap } = bareHost(t);
  for (const version of ['v9.11.2', 'v100.2.0', 'v100.10.1', 'v100.9.9', 'v20.1.0']) {
    script(`home of a user/.nvm/versions/node/${version}/bin/node`, 'exit 87');
  }
  node('home of a user/.nvm/versions/node/v100.10.1/bin/node', '100.10.1');
  const { stdout } = await bootstrap({ code: AGENT });
  t.is(stdout, '100.10.1|||/tsmpi-agent.cjs\n');
});

for (const place of [
  '.local/share/fnm/aliases/default/bin/node',
  'Library/Application Support/fnm/aliases/default/bin/node',
  '.asdf/shims/node',
  '.local/share/mise/shims/node',
]) {
  test(`Node is found in ~/${place}`, async (t) => {
    const { node, bootstrap } = bareHost(t);
    node(`home of a user/${place}`);
    t.is((await bootstrap({ code: AGENT })).code, 3);
  });
}

test('a stand-in for Node that fails is passed over', async (t) => {
  const { node, script, tools, bootstrap } = bareHost(t);
  const shims = dirname(script('shims/node', 'echo "no version is set" >&2; exit 126'));
  node('home of a user/.asdf/shims/node');
  const { code, stderr } = await bootstrap({ path: `${shims}:${tools}`, code: AGENT });
  t.deepEqual([code, stderr], [3, 'no version is set\n']);
});

test('an agent that fails is not started again', async (t) => {
  const { node, tools, bootstrap } = bareHost(t);
  const path = `${dirname(node('bin/node'))}:${tools}`;
  node('home of a user/.volta/bin/node');
  const { code, stdout } = await bootstrap({
    path,
    code: "console.log('started'); process.exit(1);",
  });
  t.deepEqual([code, stdout], [1, 'started\n']);
});

test('the Node that is named is the only one to be tried', async (t) => {
  const { node, bootstrap } = bareHost(t);
  node('home of a user/.volta/bin/node');
  const named = node('a b/node', '18.1.0');
  const { code, stdout } = await bootstrap({ node: named, code: AGENT });
  t.is(code, NO_NODE_EXIT_CODE);
  t.deepEqual(readNoNode(stdout.trimEnd())?.found, [[named, '18.1.0']]);
  const missing = await bootstrap({ node: '/no/such/node', code: AGENT });
  t.deepEqual(readNoNode(missing.stdout)?.found, [['/no/such/node', '']]);
  t.is((await bootstrap({ node: node('good/node'), code: AGENT })).code, 3);
});

test('a Node is passed over exactly if tsrun would not run on it itself', async (t) => {
  const { node, bootstrap } = bareHost(t);
  for (const version of [
    '18.20.8',
    '20.18.3',
    '20.19.0',
    '21.7.3',
    '22.2.0',
    '22.3.0',
    '100.0.0',
  ]) {
    const { code } = await bootstrap({ node: node(`${version}/node`, version), code: AGENT });
    t.is(code, isTooOld(version) ? NO_NODE_EXIT_CODE : 3, version);
  }
});

test('without a Node that will do, one line says what was found and where', async (t) => {
  const { node, tools, bootstrap } = bareHost(t);
  const odd = dirname(node('ev"il\\/node', '18.1.0'));
  const { code, stdout, stderr } = await bootstrap({ path: `${odd}:${tools}`, code: AGENT });
  t.deepEqual([code, stderr], [NO_NODE_EXIT_CODE, '']);
  t.is(stdout.split('\n').length, 2);
  const clean = odd.replace(/["\\]/g, '_');
  const found = readNoNode(stdout.trimEnd());
  t.deepEqual(found, { found: [[`${clean}/node`, '18.1.0']], path: `${clean}:${tools}` });
  t.regex(
    describeNoNode(found!),
    /^has no Node 20\.19, .* or newer, but only .*node, which is 18\.1\.0;/,
  );
  const nothing = await bootstrap({ code: AGENT });
  t.regex(
    describeNoNode(readNoNode(nothing.stdout)!),
    /^has no Node on its PATH \(.*tools\) nor in the usual places; install Node 20\.19, or 22\.3 or newer/,
  );
});

test('input that is set not to block is waited for', async (t) => {
  const fifo = join(tempFolder(t), 'fifo');
  execFileSync('mkfifo', [fifo]);
  const file = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  t.teardown(() => closeSync(file));
  const code = framedCode('process.exit(3)');
  writeSync(file, code.subarray(0, 5));
  const [sh = '', ...args] = bootstrapCommand(undefined);
  const env = { ...process.env, NODE_OPTIONS: '--import=data:text/javascript,console.log(1)' };
  const child = spawn(sh, args, { stdio: [file, 'pipe', 'inherit'], env });
  child.stdout?.once('data', () => writeSync(file, code.subarray(5)));
  t.deepEqual(await once(child, 'close'), [3, null]);
});

test('an agent whose launcher goes before the code is there ends, and runs nothing', async (t) => {
  const { node, tools } = bareHost(t);
  const path = `${dirname(node('bin/node'))}:${tools}`;
  const command = bootstrapCommand(undefined);
  const { code, stdout, stderr } = await run(command, "99\nconsole.log('half of it')", {
    PATH: path,
  });
  t.deepEqual([code, stdout, stderr], [1, '', '']);
});
