import { world } from 'tsmpi';

console.log(`a worker became rank ${world.rank}`);
