/** Asks for the next block before the one at hand is worked on, so that reading and parsing overlap. */
export async function* ahead<T>(blocks: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    let next = blocks.next();
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = blocks.next();
      // Whoever stops early never looks at this one.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await blocks.return(undefined);
  }
}
