import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { reachServer, resolveHost } from '../../../src/launch/doctor/connect.ts';
import type { Outcome } from '../../../src/launch/doctor/outcome.ts';
import { readSshRoute } from '../../../src/launch/doctor/ssh-route.ts';

const route = readSshRoute('hostname node1\nport 22');

/** Listen on a port of this host. @returns the port */
async function serve(t: ExecutionContext, greet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    greet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function reach(port: number): Promise<Outcome> {
  return reachServer(['127.0.0.1'], { ...route, port, patienceMs: 300 });
}

test('ssh says where it goes, and whether it gets there by another host', (t) => {
  t.deepEqual(
    readSshRoute(
      'user ada\nhostname 10.1.2.3\nport 2222\naddressfamily inet6\nconnecttimeout 3\nproxyjump none\r\n',
    ),
    { hostname: '10.1.2.3', port: 2222, family: 6, patienceMs: 3000, byProxy: false },
  );
  t.true(readSshRoute('hostname a\nproxyjump ada@gate:22').byProxy);
  t.true(readSshRoute('hostname a\nproxycommand nc -X 5 %h %p').byProxy);
  t.false(readSshRoute('hostname a\nproxyusefdpass no').byProxy);
});

test('an address is not looked up, a name is, among the addresses that ssh would take', async (t) => {
  const asked: unknown[] = [];
  const lookup = (...question: [string, 0 | 4 | 6]) => {
    asked.push(question);
    return Promise.resolve([{ address: '10.0.0.1', family: 4 }]);
  };
  t.deepEqual(await resolveHost({ ...route, hostname: 'fd00::1' }, { lookup }), ['fd00::1']);
  t.deepEqual(await resolveHost({ ...route, family: 4 }, { lookup }), ['10.0.0.1']);
  t.deepEqual(asked, [['node1', 4]]);
});

test('a name that nobody knows, and a name server that does not answer, are two troubles', async (t) => {
  for (const [code, problem] of [
    ['ENOTFOUND', 'no address is known for node1'],
    ['EAI_AGAIN', 'the address of node1 could not be looked up (EAI_AGAIN)'],
  ] as const) {
    const lookup = () => Promise.reject(Object.assign(new Error(code), { code }));
    t.like(await resolveHost(route, { lookup, platform: 'linux' }), {
      result: 'failed',
      problem,
      command: 'getent ahosts node1',
    });
  }
});

test('a server that says something is there', async (t) => {
  const port = await serve(t, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
  t.deepEqual(await reach(port), { result: 'ok' });
});

test('a server that hangs up is left to ssh, which tries again', async (t) => {
  t.deepEqual(await reach(await serve(t, (socket) => socket.end())), { result: 'ok' });
});

test('a port at which nobody listens is told with a command to try it', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  t.like(await reach(port), {
    result: 'failed',
    problem: `no ssh server answers at port ${port} of 127.0.0.1: connection refused`,
    command: `nc -v -w 1 127.0.0.1 ${port}`,
  });
});

test('a server that takes connections and never says a word is told from one that is not there', async (t) => {
  const port = await serve(t, () => {});
  t.like(await reach(port), {
    result: 'failed',
    problem: `no ssh server answers at port ${port} of 127.0.0.1: the connection is taken, but nothing was said within 0.3 s`,
  });
});

test('one address that answers is enough', async (t) => {
  const port = await serve(t, (socket) => socket.write('hello'));
  const outcome = await reachServer(['::1', '127.0.0.1'], { ...route, port });
  t.deepEqual(outcome, { result: 'ok' });
});
