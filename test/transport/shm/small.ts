import { shmNetwork } from '../../helpers/shm-network.ts';
import { testTransport } from '../../helpers/transport-contract.ts';

// The smallest rings wrap all the time, and hold hardly a frame. Nobody waits long before parking.
testTransport('shm of 4 KiB, parking', (t) => {
  return shmNetwork(t, 5, 4096, { spinMs: 0, giveWayAfterMs: 0, turnMs: 1, sleepMs: 0 });
});
