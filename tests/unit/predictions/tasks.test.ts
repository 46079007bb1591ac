import { expect, it } from 'vitest';
import { predictionTasks } from '$lib/core/predictions/tasks/catalogue';
import { placeOf, tasksOfSegments } from '$lib/core/predictions/tasks/places';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { everyTaskMust } from './everyTask';

for (const task of predictionTasks) everyTaskMust(task, openNodeTensors);

it('knows the tasks that have another screen', () => {
  expect(predictionTasks.map(({ id }) => id)).toEqual(expect.arrayContaining([...tasksOfSegments]));
  expect(predictionTasks.filter(({ id }) => placeOf({ task: id }) === 'segments').map(({ id }) => id)).toEqual(['clusters']);
});
