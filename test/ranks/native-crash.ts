/** Rank 1 follows a wrong pointer in C. */
import { world } from 'tsmpi';
import { native } from 'tsmpi/native';

const { crash } = await native('./native.c', { crash: 'void crash(void)' });
if (world.rank === 1) await crash();
else await world.receive(1);
