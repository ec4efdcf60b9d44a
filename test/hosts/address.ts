import { isIP, isIPv4 as nodeSaysIPv4, isIPv6 as nodeSaysIPv6 } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { isAddress, isIPv4, isIPv6, isNetwork } from '../../src/hosts/address.ts';
import { holds } from '../helpers/property.ts';

const SOME = [
  ...['::', '::1', '1::', 'fe80::1%eth0', 'fd00:1:2:3:4:5:6:7', '::ffff:192.0.2.1', '1:2::3:4'],
  ...['2001:DB8::a', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8'],
  ...[
    '',
    ':',
    ':::',
    '1',
    '1:2',
    '1::2::3',
    '12345::',
    'g::',
    '::1%',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3',
  ],
  ...['1:2:3:4:5:6:7:1.2.3.4', '::1.2.3.256', '1.2.3.4::', '::1.2.3.4:5', ':1::', '1::2:', '%eth0'],
  ...['0.0.0.0', '255.255.255.255', '256.1.1.1', '1.2.3.4.5', '01.2.3.4', '1.2.3.4 ', 'a.b.c.d'],
];

test('an address is what Node takes for one', (t) => {
  for (const text of SOME) {
    t.is(isIPv4(text), nodeSaysIPv4(text), text);
    t.is(isIPv6(text), nodeSaysIPv6(text), text);
    t.is(isAddress(text), isIP(text) !== 0, text);
  }
});

test('whatever is put together of the pieces of addresses, Node agrees', async (t) => {
  const piece = fc.constantFrom(':', '::', '0', 'ff', '1a2b', '12345', '1.2.3.4', '.', '7');
  await holds(
    t,
    fc.property(fc.array(piece, { maxLength: 17 }), (pieces) => {
      // Node lets the name of an interface have colons; here none may.
      const text = pieces.join('') + (pieces.length % 3 === 0 ? '%e0' : '');
      return isIPv4(text) === nodeSaysIPv4(text) && isIPv6(text) === nodeSaysIPv6(text);
    }),
    3000,
  );
});

test('a network is an address and how many of its bits count', (t) => {
  for (const text of ['10.0.0.0/8', '0.0.0.0/0', '192.0.2.1/32', 'fd00::/8', '::/128']) {
    t.true(isNetwork(text), text);
  }
  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0/8', 'fd00::/129', '::/', '/8', 'a/8', '']) {
    t.false(isNetwork(text), text);
  }
});
