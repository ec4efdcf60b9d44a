import { testTransport } from '../../helpers/transport-contract.ts';
import { ipcNetwork } from '../../helpers/zeromq-network.ts';

testTransport('zeromq over ipc', (t) => ipcNetwork(t, 5));
