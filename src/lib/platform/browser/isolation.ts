const triedKey = 'muster:isolation-tried';

/**
 * Makes the page cross-origin isolated (threads need it) on hosts that do not send the headers: a service worker adds
 * them, and the page reloads once under it. Without service workers, or where it does not help, everything runs on
 * one thread. Call it when the page starts, before anything is dropped or typed.
 */
export async function isolate(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !isSecureContext) return;
  try {
    const registration = await navigator.serviceWorker.register(workerAddress(), { scope: scopeAddress() });
    if (crossOriginIsolated || wasTried()) return;
    await controlled(registration);
    sessionStorage.setItem(triedKey, '1');
    location.reload();
  } catch {
    // Private windows and odd hosts refuse service workers; one thread still does all the work.
  }
}

/** The app may be served from any folder: `_app` lies at its root. */
function scopeAddress(): string {
  return new URL('../../', new URL(import.meta.url).pathname.includes('/_app/') ? rootOfApp() : location.href).href;
}

function rootOfApp(): string {
  const address = import.meta.url;
  return `${address.slice(0, address.indexOf('/_app/'))}/a/b/`;
}

function workerAddress(): string {
  return new URL('service-worker.js', scopeAddress()).href;
}

function wasTried(): boolean {
  return sessionStorage.getItem(triedKey) !== null;
}

/** Resolves when the worker is active and answers for the next load. */
async function controlled(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (!worker || worker.state === 'activated') return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant') reject(new Error('the service worker was not accepted'));
    });
  });
}
