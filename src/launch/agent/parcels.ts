import { openParcels, type ParcelCache } from '../parcel/cache.ts';
import type { Mux } from '../remote/mux.ts';
import { PARCEL_CHANNEL } from '../remote/protocol.ts';

/** Take in a parcel that is on its way, and place it. @throws Error if it is damaged, or has no room here */
export async function takeParcel(
  mux: Mux,
  parcels: ParcelCache,
  { hash, bytes }: { readonly hash: string; readonly bytes: number },
): Promise<void> {
  const stream = mux.reader(PARCEL_CHANNEL);
  const chunks: Buffer[] = [];
  let missing = bytes;
  await new Promise<void>((resolve, reject) => {
    const onEnd = (): void => reject(new Error('the launcher went away amid a parcel'));
    const onReadable = (): void => {
      while (missing > 0) {
        // Exactly this parcel: the next may follow at once.
        const chunk = stream.read(Math.min(missing, stream.readableLength || 1)) as Buffer | null;
        if (chunk === null) return;
        chunks.push(chunk);
        missing -= chunk.length;
      }
      stream.off('readable', onReadable);
      stream.off('end', onEnd);
      resolve();
    };
    stream.on('readable', onReadable);
    stream.on('end', onEnd);
    onReadable();
  });
  await parcels.place(hash, Buffer.concat(chunks));
}

/** The parcels on this host, where the folder is opened only when it is needed: it may not be possible. */
export function parcelsWhenNeeded(): ParcelCache {
  let opened: ParcelCache | undefined;
  const open = (): ParcelCache => {
    opened ??= openParcels();
    return opened;
  };
  return {
    find: (hash) => open().find(hash),
    place: (hash, archive) => open().place(hash, archive),
  };
}
