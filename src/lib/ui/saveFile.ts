/** Hands bytes, or parts that lie behind each other, to the person as a download. */
export function saveFile(name: string, bytes: Uint8Array | readonly Uint8Array[], type: string): void {
  const parts = bytes instanceof Uint8Array ? [bytes] : [...bytes];
  saveBlob(name, new Blob(parts as Uint8Array<ArrayBuffer>[], { type }));
}

/** The same for what is a Blob already. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser needs the address until the download has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
