import test from 'ava';
import { isTooOld } from '../../src/base/node-version.ts';

for (const version of ['18.20.8', '20.18.3', '21.7.3', '22.0.0', '22.2.0']) {
  test(`Node ${version} is too old`, (t) => {
    t.true(isTooOld(version));
  });
}

for (const version of ['20.19.0', '20.20.2', '22.3.0', '22.12.0', '23.0.0', '24.0.0', '26.1.0']) {
  test(`Node ${version} will do`, (t) => {
    t.false(isTooOld(version));
  });
}
