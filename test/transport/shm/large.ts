import { shmNetwork } from '../../helpers/shm-network.ts';
import { testTransport } from '../../helpers/transport-contract.ts';

testTransport('shm of 256 KiB, sleeping', (t) => {
  return shmNetwork(t, 3, 256 * 1024, {
    spinMs: 0.02,
    giveWayAfterMs: 0.01,
    turnMs: 1,
    sleepMs: 3,
  });
});
