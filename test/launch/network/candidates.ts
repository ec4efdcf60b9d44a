import type { NetworkInterfaceInfo } from 'node:os';
import test from 'ava';
import { candidateAddresses, type Interfaces } from '../../../src/launch/network/candidates.ts';
import { UsageError } from '../../../src/launch/options/usage-error.ts';

const v4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  family: 'IPv4',
  address,
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: `${address}/24`,
});

const v6 = (address: string, scopeid: number, internal = false): NetworkInterfaceInfo => ({
  family: 'IPv6',
  address,
  netmask: 'ffff:ffff:ffff:ffff::',
  mac: '00:00:00:00:00:00',
  internal,
  scopeid,
  cidr: `${address}/64`,
});

const HERE: Interfaces = {
  lo: [v4('127.0.0.1', true), v6('::1', 0, true)],
  docker0: [v4('172.17.0.1')],
  eth0: [v6('fe80::1', 2), v6('2001:db8::5', 0), v4('10.0.0.5')],
  ib0: [v4('192.168.9.5')],
};

const found = (interfaces: readonly string[], preferred?: string): readonly string[] =>
  candidateAddresses({ interfaces, preferred }, HERE);

test('all addresses that others could take are candidates, those inside of this host last', (t) => {
  t.deepEqual(found([]), [
    '10.0.0.5',
    '192.168.9.5',
    '2001:db8::5',
    '172.17.0.1',
    '127.0.0.1',
    '::1',
  ]);
});

test('the address by which the launcher came is the first, even if no interface has it', (t) => {
  t.deepEqual(found([], '192.168.9.5').slice(0, 2), ['192.168.9.5', '10.0.0.5']);
  t.is(found([], '203.0.113.7')[0], '203.0.113.7');
  t.is(found([], 'not an address')[0], '10.0.0.5');
});

test('interfaces are chosen by name, address or network, in the order in which they are named', (t) => {
  t.deepEqual(found(['ib0', 'eth0']), ['192.168.9.5', '10.0.0.5', '2001:db8::5']);
  t.deepEqual(found(['2001:db8::5']), ['2001:db8::5']);
  t.deepEqual(found(['10.0.0.0/8', '2001:db8::/32', 'eth0']), ['10.0.0.5', '2001:db8::5']);
  t.deepEqual(found(['0.0.0.0/0']).length, 4);
  t.deepEqual(found(['127.0.0.2']), ['127.0.0.2']);
});

test('what is preferred does not come before what was chosen, unless it was', (t) => {
  t.deepEqual(found(['ib0'], '10.0.0.5'), ['192.168.9.5']);
  t.deepEqual(found(['ib0', 'eth0'], '10.0.0.5'), ['10.0.0.5', '192.168.9.5', '2001:db8::5']);
});

test('an interface that is not there is refused with those that are', (t) => {
  const error = t.throws(() => found(['eth0', 'wlan0']), { instanceOf: UsageError });
  t.is(
    error?.message,
    "--iface 'wlan0': no interface, address or network of this host is called so; it has eth0 (10.0.0.5, 2001:db8::5), ib0 (192.168.9.5), docker0 (172.17.0.1), lo (127.0.0.1, ::1)",
  );
  for (const pattern of ['10.9.0.0/16', '10.0.0.6', '10.0.0.0/33', '10.0.0/8', '::/129', '']) {
    t.throws(() => found([pattern]), { message: /^--iface / }, pattern);
  }
  t.throws(() => candidateAddresses({ interfaces: ['eth0'] }, {}), {
    message: /it has no address at all$/,
  });
});

test('this very host has candidates', (t) => {
  t.true(candidateAddresses({ interfaces: [] }).length > 0);
});
