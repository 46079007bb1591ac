/** Files that were dropped before the screen that reads them was there. */
class DroppedFiles {
  #files = $state.raw<File[]>([]);

  get waiting(): File[] {
    return this.#files;
  }

  put(files: File[]): void {
    this.#files = files;
  }

  /** Hands them over once. */
  take(): File[] {
    const files = this.#files;
    this.#files = [];
    return files;
  }
}

export const droppedFiles = new DroppedFiles();
