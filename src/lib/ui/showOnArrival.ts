import { onMount } from 'svelte';
import { afterNavigate } from '$app/navigation';

/**
 * Whoever comes by a link to a part of a screen sees it, and not the top of the page: once it is there, and once the
 * router, which scrolls up after the screen has been drawn, is done. Call it while a component is being made.
 * @param isMeant whether the address asks for this part
 */
export function showOnArrival(part: () => HTMLElement | undefined, isMeant: () => boolean): void {
  const show = () => isMeant() && part()?.scrollIntoView({ block: 'start' });
  onMount(() => void show());
  afterNavigate(({ from, to }) => {
    if (from && from.url.pathname !== to?.url.pathname) show();
  });
}
