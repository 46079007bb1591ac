export interface Toast {
  id: number;
  shownAt: number;
  text: string;
  tone: 'neutral' | 'positive' | 'negative';
  action?: { label: string; run: () => void };
}

const secondsShown = 7;
const justSaidMs = 1500;

/** Short notices in the corner, read aloud; and things that are only read aloud (counts, job ends). */
class Toasts {
  shown = $state.raw<Toast[]>([]);
  said = $state('');
  #next = 1;

  show(text: string, options: Partial<Omit<Toast, 'id' | 'text' | 'shownAt'>> = {}): void {
    const toast: Toast = { id: this.#next++, shownAt: Date.now(), text, tone: 'neutral', ...options };
    this.shown = [...this.shown.slice(-2), toast];
    // A notice that offers an action stays longer: it must be reachable by keyboard.
    setTimeout(() => this.dismiss(toast.id), secondsShown * 1000 * (toast.action ? 2 : 1));
  }

  /** For screen readers only. */
  say(text: string): void {
    this.said = text;
  }

  /** Another screen opens: what was said on the one before goes, unless it has just been said on the way. */
  leave(): void {
    this.shown = this.shown.filter(({ shownAt }) => Date.now() - shownAt < justSaidMs);
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
