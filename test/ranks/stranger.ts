// A program that never imports tsmpi.
console.log('hello');
