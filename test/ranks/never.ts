/** Is spawned, and never becomes a rank: it imports no tsmpi, and computes. */
console.log('computes');
for (;;);
