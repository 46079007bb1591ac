const triedKey = 'muster:isolation-tried';

export interface IsolationRequest {
  /** Address of the service worker's script, and of the app's root. */
  script: string;
  scope: string;
  /** Whether a reload would lose nothing: no file was dropped, nothing is open. */
  mayReload: () => boolean;
}

/**
 * Makes the page cross-origin isolated (threads need it) on hosts that do not send the headers: a service worker adds
 * them, and the page reloads under it, once a tab at most. Without service workers, or where it does not help,
 * everything runs on one thread.
 * @returns what was done, for tests
 */
export async function isolate({
  script,
  scope,
  mayReload,
}: IsolationRequest): Promise<'isolated' | 'impossible' | 'reloading' | 'waiting'> {
  if (!('serviceWorker' in navigator) || !isSecureContext) return crossOriginIsolated ? 'isolated' : 'impossible';
  try {
    const registration = await navigator.serviceWorker.register(script, { scope });
    if (crossOriginIsolated) return 'isolated';
    await activated(registration);
    if (sessionStorage.getItem(triedKey) !== null) return 'impossible';
    if (!mayReload()) return 'waiting';
    sessionStorage.setItem(triedKey, '1');
    location.reload();
    return 'reloading';
  } catch {
    // Private windows and odd hosts refuse service workers; one thread still does all the work.
    return crossOriginIsolated ? 'isolated' : 'impossible';
  }
}

/** Resolves when the worker is active, and so answers for the next load. */
async function activated(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (!worker || worker.state === 'activated') return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant') reject(new Error('the service worker was not accepted'));
    });
  });
}
