/** Write a size with the largest unit that needs no fraction: 64 KiB, 1 MiB, 100 B. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value > 0 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value} ${units[unit]}`;
}

/** Write a number with three digits that count, or all before the point. */
export function formatNumber(value: number): string {
  // 99.96 has its three digits as 100, not as 100.0.
  if (Math.abs(value) >= 99.95) return Math.round(value).toLocaleString('en-US');
  return value === 0 ? '0' : value.toPrecision(3);
}
