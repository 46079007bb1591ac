/** Tasks that are worked with where segments are; all others have the screen of predictions. */
export const tasksOfSegments: readonly string[] = ['clusters'];

/** The screen on which a model is worked with. Apart from the catalogue, so that a page that only counts models loads no task. */
export function placeOf({ task }: { task: string }): 'predictions' | 'segments' {
  return tasksOfSegments.includes(task) ? 'segments' : 'predictions';
}
