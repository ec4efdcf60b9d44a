import { Buffer } from 'node:buffer';
import test from 'ava';
import { curveKeyPair } from 'zeromq';
import { admissionFor, clientOptions, serverOptions } from '../../../src/transport/zeromq/curve.ts';

/** From ZeroMQ RFC 26: the public key of the client in its test vectors, in both forms. */
const RFC_KEY = 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID';
const RFC_KEY_BYTES = Buffer.from(
  'bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518',
  'hex',
);
const KEYS = { publicKey: RFC_KEY, secretKey: curveKeyPair().secretKey };

/** A question as ZeroMQ asks it. @see ZeroMQ RFC 27 */
function question({ domain = 'tsmpi', mechanism = 'CURVE', key = RFC_KEY_BYTES }): Buffer[] {
  const texts = ['client', '', '1.0', '17', domain, '127.0.0.1', '', mechanism].map((text) =>
    Buffer.from(text),
  );
  return [...texts, key];
}

function verdict(asked: readonly Buffer[]): string[] {
  return admissionFor({ keys: KEYS, encrypt: true })(asked).map(String);
}

test('who shows the key of the job is admitted, without a name', (t) => {
  t.deepEqual(verdict(question({})), ['client', '', '1.0', '17', '200', 'OK', '', '']);
});

test('any other key, mechanism or domain is refused', (t) => {
  const refused = ['client', '', '1.0', '17', '400', 'unknown key', '', ''];
  const other = Buffer.from(RFC_KEY_BYTES);
  other[31] = 0x19;
  t.deepEqual(verdict(question({ key: other })), refused);
  t.deepEqual(verdict(question({ key: Buffer.alloc(0) })), refused);
  t.deepEqual(verdict(question({ key: RFC_KEY_BYTES.subarray(0, 31) })), refused);
  t.deepEqual(verdict(question({ mechanism: 'NULL' })), refused);
  t.deepEqual(verdict(question({ mechanism: 'PLAIN' })), refused);
  t.deepEqual(verdict(question({ domain: 'other' })), refused);
});

test('a question that is cut short is refused', (t) => {
  const whole = question({});
  for (let length = 0; length < whole.length; length += 1) {
    t.false(verdict(whole.slice(0, length)).includes('200'));
  }
});

test('without encryption who knows the password is admitted, and nobody else', (t) => {
  const protection = { keys: KEYS, encrypt: false };
  const { plainUsername, plainPassword } = clientOptions(protection) as Record<string, string>;
  const asked = (...shown: readonly (string | undefined)[]): string | undefined =>
    admissionFor(protection)([
      ...question({ mechanism: 'PLAIN' }).slice(0, -1),
      ...shown.map((text = '') => Buffer.from(text)),
    ]).map(String)[4];
  t.is(asked(plainUsername, plainPassword), '200');
  t.is(asked(plainUsername, `${plainPassword}0`), '400');
  t.is(asked(plainUsername, plainPassword?.slice(1)), '400');
  t.is(asked('', plainPassword), '400');
  t.is(asked(plainUsername), '400');
  t.is(asked(plainUsername, plainPassword, ''), '400');
  t.is(admissionFor(protection)(question({})).map(String)[4], '400');
  t.deepEqual(serverOptions(protection), {
    plainServer: true,
    zapDomain: 'tsmpi',
    zapEnforceDomain: true,
  });
});

test('the password tells nothing of the keys, and differs from job to job', (t) => {
  const passwordOf = (secretKey: string): string =>
    JSON.stringify(clientOptions({ keys: { ...KEYS, secretKey }, encrypt: false }));
  const password = passwordOf(KEYS.secretKey);
  t.false(password.includes(KEYS.secretKey));
  t.is(passwordOf(KEYS.secretKey), password);
  t.not(passwordOf(curveKeyPair().secretKey), password);
});

test('without keys there are no options', (t) => {
  t.deepEqual(serverOptions(undefined), {});
  t.deepEqual(clientOptions(undefined), {});
});
