export interface ParcelCache { find(hash: string): string | undefined; place(hash: string, archive: Buffer): Promise<string> }
export function openParcels(): ParcelCache { return { find: (h) => h, place: (h) => Promise.resolve(h) }; }
